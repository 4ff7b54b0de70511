using System.Runtime.InteropServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Knobs;

namespace FastCore.Node.Knobs;

/// <summary>
/// Journals the turning of knobs. It keeps no state: a knob holds until the node closes, and after that the settings
/// count again. So a replay does nothing with what it reads, and a live node turns the knob when the change is durable.
/// </summary>
/// <param name="context">The partition.</param>
/// <param name="knobs">The node's knobs; null where a journal is only replayed.</param>
/// <param name="number">The partition's number.</param>
internal sealed class KnobMachine(PartitionContext context, KnobControl? knobs, int number) : IStateMachine
{
    /// <summary>Kind of the effect that turns a knob.</summary>
    public const uint EffectKind = 500;

    public IReadOnlyList<IStatePart> Parts => [];

    public ulong NextTimerNs => ulong.MaxValue;

    public CommandKind KindOf(ushort operation) => (Operation)operation switch
    {
        Operation.SetKnobs => CommandKind.Write,
        Operation.GetKnobs => CommandKind.Read,
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
            KnobStatus code = Check(in changes[i]);
            results[i] = new KnobResult { Code = code };
            if (code == KnobStatus.Ok)
            {
                results[i].Timestamp = context.Time.Next();
                context.Effects.Add(EffectKind, in changes[i]);
            }
        }

        return changes.Length * KnobResult.Size;
    }

    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        length = knobs?.Write(number, MemoryMarshal.Read<KnobFilter>(body), reply) ?? 0;
        return true;
    }

    public void RebuildDerived()
    {
    }

    public void ResumeEffects()
    {
    }

    public string? CheckInvariants() => null;

    /// <summary>Judges a change by the table of knobs alone, so that every replay judges alike.</summary>
    internal static KnobStatus Check(in KnobChange change)
    {
        if (change.Reserved0 != 0 || change.Reserved1 != 0)
        {
            return KnobStatus.ReservedField;
        }

        if (KnobControl.Find(FieldText.Of(change.Name)) is not Knob knob)
        {
            return KnobStatus.UnknownKnob;
        }

        return !knob.IsLive ? KnobStatus.NeedsRestart
            : knob.Canonical(FieldText.Of(change.Value)) is null ? KnobStatus.ValueOutOfRange
            : KnobStatus.Ok;
    }
}
