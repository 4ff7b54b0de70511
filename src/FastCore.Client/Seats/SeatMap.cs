using FastCore.Protocol.Seats;

namespace FastCore.Client.Seats;

/// <summary>
/// The seats of a show at one version, and how a change makes the next one. Not for several threads at once.
/// </summary>
public sealed class SeatMap
{
    private readonly SeatMapBlock[] _blocks;
    private readonly bool[] _areAreas;

    /// <summary>Makes a map without a version.</summary>
    /// <param name="show">Number of the show.</param>
    /// <param name="chart">The blocks of its chart, in order.</param>
    internal SeatMap(ulong show, ReadOnlySpan<ChartBlock> chart)
    {
        Show = show;
        _blocks = new SeatMapBlock[chart.Length];
        _areAreas = new bool[chart.Length];
        for (int block = 0; block < chart.Length; block++)
        {
            _areAreas[block] = chart[block].Kind == ChartBlockKind.GeneralAdmission;
        }
    }

    /// <summary>Number of the show.</summary>
    public ulong Show { get; }

    /// <summary>Version of the show that the map is of.</summary>
    public ulong Version { get; private set; }

    /// <summary>
    /// The blocks in order: bits of seats, of an area numbers of places. The version of all of them is
    /// <see cref="Version"/>; what the blocks say themselves is that of the map they were loaded with.
    /// </summary>
    public ReadOnlySpan<SeatMapBlock> Blocks => _blocks;

    /// <summary>Whether a block is an area, whose words are numbers.</summary>
    public bool IsArea(int block) => _areAreas[block];

    /// <summary>Takes a whole map.</summary>
    /// <returns>False, and nothing changed, when it is not one of this chart.</returns>
    internal bool TryLoad(ReadOnlySpan<SeatMapBlock> blocks)
    {
        if (blocks.Length != _blocks.Length || blocks.IsEmpty)
        {
            return false;
        }

        blocks.CopyTo(_blocks);
        Version = blocks[0].Version;
        return true;
    }

    /// <summary>Makes the next version.</summary>
    /// <returns>False, and nothing changed, when the change is not the one that follows this version.</returns>
    internal bool TryApply(in SeatChange change)
    {
        if (change.IsReload != 0 || change.Version != Version + 1 || change.Block >= (uint)_blocks.Length)
        {
            return false;
        }

        SeatMapBlock next = _blocks[change.Block];
        bool isArea = _areAreas[change.Block];
        bool isAboutChannels = change.From is SeatState.Allotted or SeatState.NotAllotted;
        if (isAboutChannels
            ? !TryAllot(ref next, change)
            : !TryTake(ref next, change, isArea) || !TryPut(ref next, change, isArea))
        {
            return false;
        }

        _blocks[change.Block] = next;
        Version = change.Version;
        return true;
    }

    private static bool TryAllot(ref SeatMapBlock block, in SeatChange change)
    {
        ulong were = block.Allotted & change.Seats;
        block.Allotted = change.To == SeatState.Allotted
            ? block.Allotted | change.Seats
            : block.Allotted & ~change.Seats;
        return were == (change.From == SeatState.Allotted ? change.Seats : 0)
            && change.To is SeatState.Allotted or SeatState.NotAllotted;
    }

    private static bool TryTake(ref SeatMapBlock block, in SeatChange change, bool isArea)
    {
        ulong moved = change.Seats;
        ulong word = WordOf(block, change.From);
        bool isThere = change.From == SeatState.NotForSale || (isArea ? word >= moved : (moved & ~word) == 0);
        Set(ref block, change.From, isArea ? unchecked(word - moved) : word & ~moved);
        return isThere && change.From <= SeatState.NotForSale;
    }

    private static bool TryPut(ref SeatMapBlock block, in SeatChange change, bool isArea)
    {
        ulong word = WordOf(block, change.To);
        Set(ref block, change.To, isArea ? unchecked(word + change.Seats) : word | change.Seats);
        return change.To <= SeatState.NotForSale;
    }

    private static ulong WordOf(in SeatMapBlock block, SeatState state) => state switch
    {
        SeatState.Free => block.Free,
        SeatState.Held => block.Held,
        SeatState.Booked => block.Booked,
        _ => 0,
    };

    private static void Set(ref SeatMapBlock block, SeatState state, ulong word)
    {
        switch (state)
        {
            case SeatState.Free:
                block.Free = word;
                break;
            case SeatState.Held:
                block.Held = word;
                break;
            case SeatState.Booked:
                block.Booked = word;
                break;
        }
    }
}
