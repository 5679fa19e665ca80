// The agent's telephone: registers at Asterisk through the router, rings, answers, and tells how well it hears.
//
// Of several tabs one is the telephone: whoever holds the lock. Another one may take it over, unless a call is up.

import { UA, WebSocketInterface } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRTCSessionEvent } from "jssip/lib/UA";

export type Quality = "good" | "fair" | "poor";

/** What it registers with, as `GET …/softphone` tells. */
export interface Account {
  readonly user: string;
  readonly password: string;
  readonly sip: string;
}

/** What becomes of it: each event's name, and the `detail` of the CustomEvent. */
export interface Events {
  readonly registered: undefined;
  readonly lost: undefined; // no way to Asterisk at present; it keeps trying
  readonly elsewhere: undefined; // another tab is the telephone
  readonly ringing: { readonly caller: string };
  readonly up: undefined;
  readonly ended: undefined;
  readonly "microphone-refused": { readonly because: string };
}

interface Devices {
  readonly microphone?: string;
  readonly speaker?: string;
}

interface Heard {
  readonly packets: number;
  readonly lost: number;
  readonly jitterMs: number;
  readonly roundTripMs: number;
}

const LOCK = "vorzimmer-softphone";
const FIRST_RETRY_S = 1;
const LONGEST_RETRY_S = 15;
const WATCH_MS = 1000;
const SILENT_MS = 15_000; // no packet for so long: the other side is gone, also when nobody could tell us
const FULL_SCALE = 128;

export class Softphone extends EventTarget {
  private ua: UA | undefined;
  private session: RTCSession | undefined;
  private microphone: MediaStream | undefined;
  private devices: Devices = {};
  private context: AudioContext | undefined;
  private readonly analysers = new Map<MediaStream, AnalyserNode>();
  private readonly sound = new Audio();
  private readonly tabs = new BroadcastChannel(LOCK);
  private letGo: (() => void) | undefined;
  private watching: ReturnType<typeof setInterval> | undefined;
  private before: Heard = { packets: 0, lost: 0, jitterMs: 0, roundTripMs: 0 };
  private quietSince = 0;
  private now: Quality = "good";

  constructor(private readonly account: Account) {
    super();
    this.sound.autoplay = true;
    this.tabs.onmessage = () => this.yieldToOtherTab();
  }

  /** Be the telephone, now or once no other tab is. Asks for the microphone. */
  async start(): Promise<void> {
    if (!(await this.openMicrophone())) return;
    const free = await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => this.hold(lock));
    if (free === "taken") {
      this.tell("elsewhere", undefined);
      void navigator.locks.request(LOCK, (lock) => this.hold(lock));
    }
  }

  /** Ask the other tab to stop being the telephone; it does unless a call is up there. */
  takeOver(): void {
    this.tabs.postMessage("mine");
  }

  /** Be no telephone any more: the agent's desk phone rings again. */
  stop(): void {
    this.ua?.stop();
    this.ua = undefined;
    this.microphone?.getTracks().forEach((track) => track.stop());
    this.microphone = undefined;
    this.letGo?.();
  }

  answer(): void {
    this.session?.answer({
      ...(this.microphone ? { mediaStream: this.microphone } : {}),
      mediaConstraints: { audio: true, video: false },
      pcConfig: { bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" },
    });
  }

  hangUp(): void {
    if (this.session && !this.session.isEnded()) this.session.terminate();
  }

  mute(muted: boolean): void {
    this.microphone?.getAudioTracks().forEach((track) => {
      track.enabled = !muted;
    });
  }

  dtmf(signs: string): void {
    this.session?.sendDTMF(signs, { transportType: "RFC2833" as never });
  }

  /** Hear and speak through these; ids are those of `navigator.mediaDevices.enumerateDevices()`. */
  async use(devices: Devices): Promise<void> {
    this.devices = { ...this.devices, ...devices };
    if (devices.speaker !== undefined) await this.sound.setSinkId(devices.speaker);
    if (devices.microphone === undefined || !(await this.openMicrophone())) return;
    const track = this.microphone?.getAudioTracks()[0] ?? null;
    const sender = this.session?.connection?.getSenders().find((one) => one.track?.kind === "audio");
    await sender?.replaceTrack(track);
  }

  /** How loud the microphone is just now, 0 to 1. */
  level(): number {
    return this.loudness(this.microphone);
  }

  /** How loud the caller is just now, 0 to 1. */
  heard(): number {
    return this.loudness(this.sound.srcObject instanceof MediaStream ? this.sound.srcObject : undefined);
  }

  /** Over the last second of the call. */
  quality(): Quality {
    return this.now;
  }

  private tell<K extends keyof Events>(name: K, detail: Events[K]): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  private async openMicrophone(): Promise<boolean> {
    const { microphone } = this.devices;
    const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    try {
      const opened = await navigator.mediaDevices.getUserMedia({
        audio: microphone === undefined ? wanted : { ...wanted, deviceId: { exact: microphone } },
      });
      this.microphone?.getTracks().forEach((track) => track.stop());
      this.microphone = opened;
      return true;
    } catch (refused) {
      this.tell("microphone-refused", { because: refused instanceof Error ? refused.name : String(refused) });
      return false;
    }
  }

  /** While the promise lasts, this tab is the telephone. */
  private hold(lock: Lock | null): Promise<"taken" | "given"> | "taken" {
    if (lock === null) return "taken";
    const held = new Promise<"given">((resolve) => {
      this.letGo = () => resolve("given");
    });
    this.register();
    return held;
  }

  private yieldToOtherTab(): void {
    if (this.ua === undefined || this.session !== undefined) return;
    this.ua.stop();
    this.ua = undefined;
    this.letGo?.();
    this.tell("elsewhere", undefined);
    setTimeout(() => void navigator.locks.request(LOCK, (lock) => this.hold(lock)), WATCH_MS);
  }

  private register(): void {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const { user, password, sip } = this.account;
    const ua = new UA({
      sockets: [new WebSocketInterface(`${scheme}//${location.host}${sip}`)],
      uri: `sip:${user}@vorzimmer.invalid`,
      password,
      register_expires: 120,
      session_timers: false,
      connection_recovery_min_interval: FIRST_RETRY_S,
      connection_recovery_max_interval: LONGEST_RETRY_S,
    });
    ua.on("registered", () => this.tell("registered", undefined));
    ua.on("unregistered", () => this.tell("lost", undefined));
    ua.on("registrationFailed", () => this.tell("lost", undefined));
    ua.on("disconnected", () => this.tell("lost", undefined));
    ua.on("newRTCSession", (event: IncomingRTCSessionEvent) => this.rung(event));
    this.ua = ua;
    ua.start();
  }

  private rung({ originator, session, request }: IncomingRTCSessionEvent): void {
    if (String(originator) !== "remote" || this.session !== undefined) {
      session.terminate();
      return;
    }
    this.session = session;
    session.on("peerconnection", ({ peerconnection }) => this.listenTo(peerconnection));
    session.on("confirmed", () => this.begin());
    session.on("ended", () => this.over());
    session.on("failed", () => this.over());
    const { display_name, uri } = session.remote_identity;
    this.tell("ringing", { caller: display_name || uri.user });
    if ((request.getHeader("Call-Info") ?? "").includes("answer-after=0")) this.answer();
  }

  private listenTo(connection: RTCPeerConnection): void {
    connection.addEventListener("track", ({ track, streams }) => {
      this.sound.srcObject = streams[0] ?? new MediaStream([track]);
      void this.sound.play().catch(() => undefined); // a page without a click yet: the next one lets it play
    });
  }

  private begin(): void {
    this.quietSince = Date.now();
    this.before = { packets: 0, lost: 0, jitterMs: 0, roundTripMs: 0 };
    this.watching = setInterval(() => void this.watch(), WATCH_MS);
    this.tell("up", undefined);
  }

  private over(): void {
    clearInterval(this.watching);
    this.analysers.clear();
    this.session = undefined;
    this.sound.srcObject = null;
    this.mute(false);
    this.tell("ended", undefined);
  }

  private async watch(): Promise<void> {
    const connection = this.session?.connection;
    if (!connection) return;
    const heard = read(await connection.getStats());
    const packets = heard.packets - this.before.packets;
    this.now = judge(packets, heard.lost - this.before.lost, heard);
    this.before = heard;
    if (packets > 0) this.quietSince = Date.now();
    else if (Date.now() - this.quietSince > SILENT_MS) this.hangUp();
  }

  private loudness(stream: MediaStream | undefined): number {
    if (stream === undefined) return 0;
    const analyser = this.analysers.get(stream) ?? this.analyserOf(stream);
    const samples = new Uint8Array(analyser.fftSize);
    analyser.getByteTimeDomainData(samples);
    const square = samples.reduce((sum, sample) => sum + ((sample - FULL_SCALE) / FULL_SCALE) ** 2, 0);
    return Math.sqrt(square / samples.length);
  }

  private analyserOf(stream: MediaStream): AnalyserNode {
    this.context ??= new AudioContext();
    void this.context.resume();
    const analyser = this.context.createAnalyser();
    this.context.createMediaStreamSource(stream).connect(analyser);
    this.analysers.set(stream, analyser);
    return analyser;
  }
}

/** The figures of the sound that comes in, and how long there and back. */
function read(report: RTCStatsReport): Heard {
  let [packets, lost, jitterMs, roundTripMs] = [0, 0, 0, 0];
  report.forEach((one: Record<string, unknown>) => {
    if (one["type"] === "inbound-rtp") {
      packets = Number(one["packetsReceived"] ?? 0);
      lost = Number(one["packetsLost"] ?? 0);
      jitterMs = Number(one["jitter"] ?? 0) * 1000;
    } else if (one["type"] === "remote-inbound-rtp") {
      roundTripMs = Number(one["roundTripTime"] ?? 0) * 1000;
    }
  });
  return { packets, lost, jitterMs, roundTripMs };
}

/** What people notice: above 2 % loss words are hurt, above 5 % sentences; beyond 400 ms both talk at once. */
function judge(packets: number, lost: number, { jitterMs, roundTripMs }: Heard): Quality {
  const share = packets + lost > 0 ? lost / (packets + lost) : 1;
  if (share > 0.05 || jitterMs > 60 || roundTripMs > 400) return "poor";
  return share > 0.02 || jitterMs > 30 || roundTripMs > 250 ? "fair" : "good";
}
