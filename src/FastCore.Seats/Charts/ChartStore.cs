using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;
using FastCore.Engine.Time;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Charts;

/// <summary>The charts of a partition. Every partition has all of them.</summary>
internal sealed class ChartStore : IDisposable
{
    private readonly EventClock _time;
    private readonly OffHeapTable<NumberKey, ChartRow> _charts;
    private readonly OffHeapTable<NumberKey, ChartBlockRow> _blocks;
    private readonly int _blocksMax;

    // By slot. Derived: worked out when a chart is made or recovered.
    private readonly List<Chart> _compiled = [];

    public ChartStore(EventClock time, SeatsOptions options)
    {
        _time = time;
        _blocksMax = options.ChartBlocksMax;
        _charts = new("charts", 1, options.ChartsMax);
        _blocks = new("chart-blocks", 1, options.ChartBlocksMax, isIndexed: false);
        Parts = [_charts, _blocks];
    }

    public IReadOnlyList<IStatePart> Parts { get; }

    /// <summary>The slot of a chart, or −1. It never changes.</summary>
    public int Find(ulong chart) => _charts.Find(new NumberKey(chart));

    /// <summary>The chart of a slot.</summary>
    public Chart At(int slot) => _compiled[slot];

    /// <summary>Makes a chart, or none of it.</summary>
    public void Create(ulong number, ReadOnlySpan<ChartBlock> blocks, Span<SeatResult> results)
    {
        if (CheckBlocks(blocks, results))
        {
            return;
        }

        SeatResult answer = CreateWhole(number, blocks);
        results.Fill(answer);
    }

    /// <summary>Works the charts out again, after their tables were recovered.</summary>
    public void Rebuild()
    {
        _compiled.Clear();
        for (int slot = 0; slot < _charts.SlotsUsed; slot++)
        {
            ref readonly ChartRow row = ref _charts.Read(slot);
            ChartBlock[] blocks = new ChartBlock[row.Count];
            for (int i = 0; i < blocks.Length; i++)
            {
                blocks[i] = _blocks.Read(row.FirstBlock + i).Block;
            }

            _compiled.Add(new Chart(blocks));
        }
    }

    public void Dispose()
    {
        _charts.Dispose();
        _blocks.Dispose();
    }

    private static bool CheckBlocks(ReadOnlySpan<ChartBlock> blocks, Span<SeatResult> results)
    {
        bool isBroken = false;
        for (int i = 0; i < blocks.Length; i++)
        {
            results[i] = new SeatResult { Code = ChartRules.Check(blocks[i]) };
            isBroken |= results[i].Code != 0;
        }

        for (int i = 0; isBroken && i < blocks.Length; i++)
        {
            if (results[i].Code == 0)
            {
                results[i].Code = SeatStatus.ChartNotCreated;
            }
        }

        return isBroken;
    }

    private SeatResult CreateWhole(ulong number, ReadOnlySpan<ChartBlock> blocks)
    {
        int slot = Find(number);
        if (slot >= 0)
        {
            return !MemoryMarshal.AsBytes(blocks).SequenceEqual(MemoryMarshal.AsBytes(At(slot).Blocks.AsSpan()))
                ? new SeatResult { Code = SeatStatus.ExistsWithDifferentBlocks }
                : new SeatResult
                {
                    Code = SeatStatus.Ok,
                    Flags = SeatResultFlags.Duplicate,
                    Timestamp = _charts.Read(slot).CreatedAt,
                };
        }

        if (_charts.IsFull || blocks.Length > _blocksMax - _blocks.Count)
        {
            return new SeatResult { Code = SeatStatus.ChartsFull };
        }

        ulong createdAt = _time.Next();
        ref ChartRow row = ref _charts.Insert(new NumberKey(number), out _);
        row = new ChartRow
        {
            Chart = number,
            CreatedAt = createdAt,
            FirstBlock = _blocks.SlotsUsed,
            Count = blocks.Length,
        };
        foreach (ref readonly ChartBlock block in blocks)
        {
            _blocks.Insert(default, out _) = new ChartBlockRow { Chart = number, Block = block };
        }

        _compiled.Add(new Chart(blocks.ToArray()));
        return new SeatResult { Code = SeatStatus.Ok, Timestamp = createdAt };
    }
}
