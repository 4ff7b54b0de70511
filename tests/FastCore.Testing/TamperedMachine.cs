using System.Runtime.InteropServices;

using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Testing;

/// <summary>Executes another amount than the journal has, once: as a flipped bit in memory would.</summary>
public sealed class TamperedMachine(IStateMachine inner, UInt128 id) : IStateMachine
{
    public ulong NextTimerNs => inner.NextTimerNs;

    public IReadOnlyList<IStatePart> Parts => inner.Parts;

    public CommandKind KindOf(ushort operation) => inner.KindOf(operation);

    public void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body) => inner.Prefetch(in command, body);

    public void CompletePrefetch() => inner.CompletePrefetch();

    public void BeginBatch() => inner.BeginBatch();

    public ulong TimerLimitNs(ulong timeNs, int timersMax) => inner.TimerLimitNs(timeNs, timersMax);

    public void FireTimers() => inner.FireTimers();

    public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
    {
        if ((Operation)command.Operation is not (Operation.ScoreTransactions or Operation.ScoreObserved))
        {
            return inner.Execute(in command, body, reply);
        }

        byte[] changed = body.ToArray();
        ref ScoreTransaction first = ref MemoryMarshal.AsRef<ScoreTransaction>(changed.AsSpan());
        first.Amount ^= first.Id == id ? 1UL : 0;
        return inner.Execute(in command, changed, reply);
    }

    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length) =>
        inner.Read(in command, body, ref cursor, reply, out length);

    public void RebuildDerived() => inner.RebuildDerived();

    public void ResumeEffects() => inner.ResumeEffects();

    public string? CheckInvariants() => inner.CheckInvariants();
}
