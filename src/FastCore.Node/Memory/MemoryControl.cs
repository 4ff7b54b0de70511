using System.Runtime.InteropServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Knobs;
using FastCore.Protocol.Memory;

namespace FastCore.Node.Memory;

/// <summary>
/// The table of what holds memory in a running node. Each partition's thread measures what the partition owns, the
/// first one's also what is the process's; nobody else reads their counters.
/// </summary>
internal sealed class MemoryControl
{
    // Places of rows on the wire: place in the table, then partition, so that rows of several partitions merge. Those
    // of the process come first.
    private const int PartitionBits = 16;
    private const int OfProcess = (1 << PartitionBits) - 1;
    private const ulong FirstOfPartitions = 1000;

    private IReadOnlyList<Partition> _partitions = [];
    private PortRegistry? _ports;

    /// <summary>The partitions and sessions of the node that just opened.</summary>
    public void Open(IReadOnlyList<Partition> partitions, PortRegistry ports)
    {
        _partitions = partitions;
        _ports = ports;
    }

    /// <summary>Writes the rows that a partition answers with: its own, and with the first one the process's.</summary>
    public int Write(int partition, IReadOnlyList<IMemoryUser> users, MemoryFilter filter, Span<byte> reply)
    {
        if (filter.Reserved != 0)
        {
            return 0;
        }

        Span<MemoryRecord> records = MemoryMarshal.Cast<byte, MemoryRecord>(reply);
        int count = 0;
        List<MemoryUse> rows = [];
        if (partition == 0)
        {
            ProcessMemory.Measure(rows);
            ReplyPort.MeasurePool(rows);
            _ports!.MeasureMemory(rows);
            Take(rows, 1, OfProcess, filter.After, records, ref count);
            rows.Clear();
        }

        _partitions[partition].MeasureMemory(rows);
        foreach (IMemoryUser user in users)
        {
            user.MeasureMemory(rows);
        }

        Take(rows, FirstOfPartitions, partition, filter.After, records, ref count);
        return count * MemoryRecord.Size;
    }

    private static void Take(
        List<MemoryUse> rows, ulong firstPlace, int owner, ulong after, Span<MemoryRecord> records, ref int count)
    {
        for (int i = 0; i < rows.Count && count < records.Length; i++)
        {
            ulong place = ((firstPlace + (ulong)i) << PartitionBits) | (uint)owner;
            if (place > after)
            {
                records[count++] = RecordOf(rows[i], place);
            }
        }
    }

    private static MemoryRecord RecordOf(in MemoryUse use, ulong place)
    {
        MemoryRecord record = new()
        {
            Place = place,
            Kind = (MemoryKind)use.Kind,
            Partition = (ushort)place,
            Bytes = (ulong)use.Bytes,

            // Counters that another thread moves meanwhile may disagree by what is under way.
            FreeBytes = (ulong)Math.Max(0, use.FreeBytes),
            BytesMax = (ulong)use.BytesMax,
            Count = (ulong)use.Count,
            CountMax = (ulong)use.CountMax,
            Hits = (ulong)use.Hits,
            Misses = (ulong)use.Misses,
            PauseNs = (ulong)use.PauseNs,
            PauseMaxNs = (ulong)use.PauseMaxNs,
        };
        _ = FieldText.TryPut(record.Name, use.Name);
        return record;
    }
}
