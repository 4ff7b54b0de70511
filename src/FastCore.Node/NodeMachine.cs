using System.Runtime.InteropServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Node.Knobs;
using FastCore.Node.Memory;
using FastCore.Protocol;
using FastCore.Protocol.Knobs;
using FastCore.Protocol.Memory;

namespace FastCore.Node;

/// <summary>
/// What a partition is asked about the node: journals the turning of knobs, and answers what stands at what and what
/// holds memory. It keeps no state: a knob holds until the node closes, and after that the settings count again. So a
/// replay does nothing with what it reads, and a live node turns the knob when the change is durable.
/// </summary>
/// <param name="context">The partition.</param>
/// <param name="knobs">The node's knobs; null where a journal is only replayed.</param>
/// <param name="memory">The node's table of memory; null where a journal is only replayed.</param>
/// <param name="users">What the partition owns: parts of its state, its storage.</param>
/// <param name="number">The partition's number.</param>
internal sealed class NodeMachine(
    PartitionContext context, KnobControl? knobs, MemoryControl? memory, IReadOnlyList<IMemoryUser> users, int number)
    : IStateMachine
{
    public IReadOnlyList<IStatePart> Parts => [];

    public ulong NextTimerNs => ulong.MaxValue;

    public CommandKind KindOf(ushort operation) => (Operation)operation switch
    {
        Operation.SetKnobs => CommandKind.Write,
        Operation.GetKnobs or Operation.GetMemory => CommandKind.Read,
        _ => CommandKind.Unknown,
    };

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

    public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
    {
        ReadOnlySpan<KnobChange> changes = MemoryMarshal.Cast<byte, KnobChange>(body);
        Span<KnobResult> results = MemoryMarshal.Cast<byte, KnobResult>(reply);
        for (int i = 0; i < changes.Length; i++)
        {
            KnobStatus code = KnobControl.Judge(in changes[i]);
            results[i] = new KnobResult { Code = code };
            if (code == KnobStatus.Ok)
            {
                results[i].Timestamp = context.Time.Next();
                context.Effects.Add(KnobControl.EffectKind, in changes[i]);
            }
        }

        return changes.Length * KnobResult.Size;
    }

    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        int? written = (Operation)command.Operation == Operation.GetMemory
            ? memory?.Write(number, users, MemoryMarshal.Read<MemoryFilter>(body), reply)
            : knobs?.Write(number, MemoryMarshal.Read<KnobFilter>(body), reply);
        length = written ?? 0;
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
