namespace FastCore.Engine.Ports;

/// <summary>
/// The deterministic logic of one domain in one partition. Several are composed by operation number. Same commands with
/// the same timestamps give the same state, bit for bit: no clock, no random, no I/O, no iteration in hash order.
/// Called by the partition thread only.
/// </summary>
public interface IStateMachine
{
    /// <summary>What the operation does; decides whether it is journaled.</summary>
    CommandKind KindOf(ushort operation);

    /// <summary>
    /// Brings what the command will touch into memory. The only stage of the write path that may do I/O; called for all
    /// commands of a batch before the first <see cref="Execute"/>.
    /// </summary>
    void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body);

    /// <summary>Waits for the I/O that the <see cref="Prefetch"/> calls of this batch started.</summary>
    void CompletePrefetch();

    /// <summary>
    /// A batch begins: what was prefetched for the last one may go. The time is in the shared event clock.
    /// </summary>
    void BeginBatch();

    /// <summary>When the next timer is due, or <see cref="ulong.MaxValue"/>.</summary>
    ulong NextTimerNs { get; }

    /// <summary>
    /// How far a batch may go when only so many timers of a domain may fire in it: the time given, or the earlier one
    /// at which the last of the first so many is due.
    /// </summary>
    ulong TimerLimitNs(ulong timeNs, int timersMax);

    /// <summary>Fires every timer due at or before the batch's time.</summary>
    void FireTimers();

    /// <summary>Executes a write. Never fails: a refusal is a result.</summary>
    /// <returns>Bytes written into <paramref name="reply"/>.</returns>
    int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply);

    /// <summary>
    /// Executes one slice of a read at the state as it is now. Between slices other batches run, so what must not
    /// change is captured in <paramref name="cursor"/> by the first slice (cursor all zero).
    /// </summary>
    /// <returns>True when the reply is complete; <paramref name="length"/> is then its size.</returns>
    bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length);

    /// <summary>
    /// How long an answer to a read that awaits something may be waited for, from its admission on: milliseconds, 0 =
    /// there is something to tell. Asked for once after every batch, so it must be cheap.
    /// </summary>
    uint AwaitMs(in CommandHeader command, ReadOnlySpan<byte> body) => 0;

    /// <summary>The parts of the state, in a fixed order, for checkpoint, recovery and state hash.</summary>
    IReadOnlyList<IStatePart> Parts { get; }

    /// <summary>
    /// After the parts were recovered: rebuilds what is derived (record index, timers), before the replay.
    /// </summary>
    void RebuildDerived();

    /// <summary>After recovery and replay: emits again the effects whose answers are still awaited.</summary>
    void ResumeEffects();

    /// <summary>Checks the invariants that hold between commands (conservation and such).</summary>
    /// <returns>Null, or a sentence that says what is broken.</returns>
    string? CheckInvariants();
}

/// <summary>What a command does.</summary>
public enum CommandKind : byte
{
    /// <summary>Not known to the state machine.</summary>
    Unknown,

    /// <summary>Changes state: journaled, answered after its commit.</summary>
    Write,

    /// <summary>Changes nothing: answered after the commit of what it saw.</summary>
    Read,

    /// <summary>A read that waits while there is nothing to tell; see <see cref="IStateMachine.AwaitMs"/>.</summary>
    Await,
}
