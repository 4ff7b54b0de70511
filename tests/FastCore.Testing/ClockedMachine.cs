using FastCore.Engine.Ports;
using FastCore.Engine.Time;

namespace FastCore.Testing;

/// <summary>
/// A domain with the partition's clock as the first part of its state, as a node composes them.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="machine">The domain.</param>
public sealed class ClockedMachine(EventClock clock, IStateMachine machine) : IStateMachine
{
    public IReadOnlyList<IStatePart> Parts { get; } = [clock, .. machine.Parts];

    public ulong NextTimerNs => machine.NextTimerNs;

    public ulong TimerLimitNs(ulong timeNs, int timersMax) => machine.TimerLimitNs(timeNs, timersMax);

    public CommandKind KindOf(ushort operation) => machine.KindOf(operation);

    public void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body) => machine.Prefetch(command, body);

    public void CompletePrefetch() => machine.CompletePrefetch();

    public void BeginBatch() => machine.BeginBatch();

    public void FireTimers() => machine.FireTimers();

    public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply) =>
        machine.Execute(command, body, reply);

    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length) =>
        machine.Read(command, body, ref cursor, reply, out length);

    public void RebuildDerived() => machine.RebuildDerived();

    public void ResumeEffects() => machine.ResumeEffects();

    public string? CheckInvariants() => machine.CheckInvariants();
}
