using FastCore.Engine.Ports;
using FastCore.Protocol;

namespace FastCore.Node.Tests.Fraud;

/// <summary>Counts the elements of each operation that is executed.</summary>
internal sealed class CountingMachine(IStateMachine inner, Counts counts) : IStateMachine
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
        counts.Add((Operation)command.Operation, (int)command.Count);
        return inner.Execute(in command, body, reply);
    }

    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length) =>
        inner.Read(in command, body, ref cursor, reply, out length);

    public void RebuildDerived() => inner.RebuildDerived();

    public void ResumeEffects() => inner.ResumeEffects();

    public string? CheckInvariants() => inner.CheckInvariants();
}

/// <summary>Elements that partitions executed, by operation. Any thread.</summary>
internal sealed class Counts
{
    private readonly int[] _elements = new int[1_024];

    /// <summary>Elements of an operation since the last <see cref="Clear"/>.</summary>
    public int this[Operation operation] => Volatile.Read(ref _elements[(int)operation]);

    /// <summary>Elements were executed.</summary>
    public void Add(Operation operation, int count) => Interlocked.Add(ref _elements[(int)operation], count);

    /// <summary>Counts from 0 again.</summary>
    public void Clear() => Array.Clear(_elements);
}
