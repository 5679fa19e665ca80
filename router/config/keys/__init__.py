"""What may stand in the files: sections and keys, by subject, with types, defaults and meaning.

The texts below the keys are shown by editors (through the JSON Schema) and must agree with docs/config.md.
"""
