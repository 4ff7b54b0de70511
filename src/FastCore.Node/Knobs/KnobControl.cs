using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Knobs;

namespace FastCore.Node.Knobs;

/// <summary>
/// The knobs of a running node: what they are, and who turned which. Turned by effects of journaled changes, on the
/// partitions' threads.
/// </summary>
public sealed class KnobControl : IEffectSink
{
    /// <summary>Kind of the effect that turns a knob.</summary>
    internal const uint EffectKind = 500;

    // Places of rows on the wire: place in the table, then partition, so that rows of several partitions merge.
    private const int PartitionBits = 16;
    private const int OfProcess = (1 << PartitionBits) - 1;

    private static readonly Dictionary<string, ulong> Places =
        Names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => (ulong)pair.i + 1);

    // The runtime's by name; the engine's by partition and name, since each partition turns its own, at its own time.
    private readonly ConcurrentDictionary<string, KnobTurn> _turned = new();
    private ConcurrentDictionary<string, KnobTurn>[] _turnedOf = [];
    private long _changes;
    private IReadOnlyList<OpenPartition> _partitions = [];

    /// <summary>Changes made since the node opened, each counted once whatever the number of partitions.</summary>
    public long Changes => Volatile.Read(ref _changes);

    /// <summary>Turned knobs whose value the runtime refused.</summary>
    public long Refused => _turned.Values.Count(turn => turn.Failure is not null);

    /// <summary>Every row: the runtime's, then the engine's, those of partitions once for each.</summary>
    public IReadOnlyList<KnobRow> Rows =>
        [.. _partitions.SelectMany(RowsOf).OrderBy(PlaceOf)];

    /// <summary>Names of all knobs.</summary>
    public static IEnumerable<string> Names =>
        RuntimeKnobs.All.Select(knob => knob.Name).Concat(EngineKnobs.All.Select(knob => knob.Name));

    /// <summary>A knob by its name, or null.</summary>
    public static Knob? Find(string name) =>
        (Knob?)EngineKnobs.Find(name) ?? RuntimeKnobs.All.FirstOrDefault(knob => knob.Name == name);

    /// <inheritdoc/>
    public bool TryAccept(int partition, in Effect effect)
    {
        KnobChange change = Unsafe.As<EffectPayload, KnobChange>(ref Unsafe.AsRef(in effect.Payload));
        string name = FieldText.Of(change.Name);
        string text = FieldText.Of(change.Value);
        if (Find(name) is not Knob knob || knob.Canonical(text) is not string value)
        {
            return true;
        }

        if (knob is EngineKnob engine)
        {
            engine.Turn?.Invoke(_partitions[partition], value);
            _turnedOf[partition][name] = new KnobTurn(value, null);
        }
        else if (partition == 0)
        {
            // What belongs to the process is turned once.
            _turned[name] = new KnobTurn(value, Turn((RuntimeKnob)knob, value));
        }

        if (partition == 0)
        {
            Interlocked.Increment(ref _changes);
        }

        return true;
    }

    /// <summary>Judges a change by the table of knobs alone, so that every replay judges alike.</summary>
    internal static KnobStatus Judge(in KnobChange change)
    {
        if (change.Reserved0 != 0 || change.Reserved1 != 0)
        {
            return KnobStatus.ReservedField;
        }

        if (Find(FieldText.Of(change.Name)) is not Knob knob)
        {
            return KnobStatus.UnknownKnob;
        }

        return !knob.IsLive ? KnobStatus.NeedsRestart
            : knob.Canonical(FieldText.Of(change.Value)) is null ? KnobStatus.ValueOutOfRange
            : KnobStatus.Ok;
    }

    internal void Open(IReadOnlyList<OpenPartition> partitions)
    {
        _turnedOf = [.. partitions.Select(_ => new ConcurrentDictionary<string, KnobTurn>())];
        _partitions = partitions;
    }

    /// <summary>Writes the rows that a partition answers with: its own, and with the first one the process's.</summary>
    internal int Write(int partition, KnobFilter filter, Span<byte> reply)
    {
        Span<KnobRecord> records = MemoryMarshal.Cast<byte, KnobRecord>(reply);
        int count = 0;
        if (filter.Reserved != 0)
        {
            return 0;
        }

        foreach (KnobRow row in RowsOf(_partitions[partition]))
        {
            ulong place = PlaceOf(row);
            if (place > filter.After && count < records.Length)
            {
                records[count++] = RecordOf(row, place);
            }
        }

        return count * KnobRecord.Size;
    }

    // The rows that a partition tells: its own, and the first one the process's.
    private IEnumerable<KnobRow> RowsOf(OpenPartition open) =>
        (open.Partition.Number == 0 ? KnobTable.OfRuntime(_turned) : [])
            .Concat(KnobTable.OfPartition(open, _turnedOf[open.Partition.Number]));

    private static ulong PlaceOf(KnobRow row) =>
        (Places[row.Knob.Name] << PartitionBits) | (uint)(row.Partition < 0 ? OfProcess : row.Partition);

    private static KnobRecord RecordOf(KnobRow row, ulong place)
    {
        KnobRecord record = new()
        {
            Place = place,
            Source = row.Source,
            Flags = (row.Knob.IsLive ? KnobFlags.Live : 0) | (row.Differs ? KnobFlags.Differs : 0),
            Partition = (ushort)place,
        };
        _ = FieldText.TryPut(record.Name, row.Knob.Name);
        _ = FieldText.TryPut(record.Wanted, row.Wanted ?? "");
        _ = FieldText.TryPut(record.Effective, row.Note ?? row.Effective ?? "");
        return record;
    }

    private static string? Turn(RuntimeKnob knob, string value)
    {
        try
        {
            knob.Turn?.Invoke(value);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or OutOfMemoryException)
        {
            return e.Message;
        }
    }
}
