using FastCore.Engine.Ports;

namespace FastCore.Simulation.Controls;

// A machine that does what another does; what differs is overridden.
internal class MachineTwin(IStateMachine inner) : IStateMachine
{
    public virtual ulong NextTimerNs => inner.NextTimerNs;

    public IReadOnlyList<IStatePart> Parts => inner.Parts;

    public CommandKind KindOf(ushort operation) => inner.KindOf(operation);

    public void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body) => inner.Prefetch(in command, body);

    public void CompletePrefetch() => inner.CompletePrefetch();

    public void BeginBatch() => inner.BeginBatch();

    public virtual void FireTimers() => inner.FireTimers();

    public ulong TimerLimitNs(ulong timestampNs, int commands) => inner.TimerLimitNs(timestampNs, commands);

    public virtual int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply) =>
        inner.Execute(in command, body, reply);

    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length) =>
        inner.Read(in command, body, ref cursor, reply, out length);

    public uint AwaitMs(in CommandHeader command, ReadOnlySpan<byte> body) => inner.AwaitMs(in command, body);

    public void RebuildDerived() => inner.RebuildDerived();

    public virtual void ResumeEffects() => inner.ResumeEffects();

    public string? CheckInvariants() => inner.CheckInvariants();
}
