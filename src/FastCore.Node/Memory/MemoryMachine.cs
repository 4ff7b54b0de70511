using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Memory;

namespace FastCore.Node.Memory;

/// <summary>Answers what a partition holds in memory. Reads only; it has no state.</summary>
/// <param name="memory">The node's table; null where a journal is only replayed.</param>
/// <param name="users">What the partition owns: parts of its state, its storage.</param>
/// <param name="number">The partition's number.</param>
internal sealed class MemoryMachine(MemoryControl? memory, IReadOnlyList<IMemoryUser> users, int number)
    : IStateMachine
{
    public IReadOnlyList<IStatePart> Parts => [];

    public ulong NextTimerNs => ulong.MaxValue;

    public CommandKind KindOf(ushort operation) =>
        (Operation)operation == Operation.GetMemory ? CommandKind.Read : CommandKind.Unknown;

    public void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body)
    {
    }

    public void CompletePrefetch()
    {
    }

    public void BeginBatch()
    {
    }

    public ulong TimerLimitNs(ulong timeNs, int timersMax) => timeNs;

    public void FireTimers()
    {
    }

    public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply) =>
        throw new InvalidOperationException($"Operation {command.Operation} changes nothing.");

    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        length = memory?.Write(number, users, MemoryMarshal.Read<MemoryFilter>(body), reply) ?? 0;
        return true;
    }

    public void RebuildDerived()
    {
    }

    public void ResumeEffects()
    {
    }

    public string? CheckInvariants() => null;
}
