using System.Text.Unicode;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Charts;

/// <summary>What a block must be like, by docs/SEATS.md and in its order. 0 = no rule is broken.</summary>
public static class ChartRules
{
    /// <summary>Checks a block.</summary>
    public static SeatStatus Check(in ChartBlock block)
    {
        if (block.Reserved != 0)
        {
            return SeatStatus.ReservedField;
        }

        if (block.Kind is ChartBlockKind.None or > ChartBlockKind.GeneralAdmission)
        {
            return SeatStatus.BlockKindOutOfRange;
        }

        if (!IsName(block.Section) || !IsName(block.Row))
        {
            return SeatStatus.NameInvalid;
        }

        bool isArea = block.Kind == ChartBlockKind.GeneralAdmission;
        if (block.Capacity - 1 >= (isArea ? SeatLimits.AreaCapacityMax : SeatLimits.SeatsPerBlockMax))
        {
            return SeatStatus.CapacityOutOfRange;
        }

        if (ReachesBeyond(block, isArea ? 0 : (int)block.Capacity) || !IsOccupancy(block))
        {
            return SeatStatus.SeatsBeyondCapacity;
        }

        return !AreNumbers(block, isArea) ? SeatStatus.NumberOutOfRange
            : block.Category >= SeatLimits.CategoriesMax ? SeatStatus.CategoryOutOfRange
            : 0;
    }

    private static bool ReachesBeyond(in ChartBlock block, int seats) => seats == 0
        ? (block.Accessible | block.Aisles | block.Focus) != 0
        : (block.Accessible & ~(ulong.MaxValue >> (64 - seats))) != 0
            || (block.Aisles & ~((ulong.MaxValue >> (64 - seats)) >> 1)) != 0
            || block.Focus >= seats;

    private static bool IsOccupancy(in ChartBlock block) => block.Kind == ChartBlockKind.WholeTable
        ? block.OccupancyMin != 0 && block.OccupancyMin <= block.OccupancyMax
        : (block.OccupancyMin | block.OccupancyMax) == 0;

    private static bool AreNumbers(in ChartBlock block, bool isArea)
    {
        if (isArea)
        {
            return block.FirstNumber == 0 && block.NumberStep == 0;
        }

        int last = block.FirstNumber + (block.NumberStep * ((int)block.Capacity - 1));
        return block.NumberStep != 0 && last is >= 0 and <= ushort.MaxValue;
    }

    private static bool IsName(ReadOnlySpan<byte> name)
    {
        int length = name.IndexOf((byte)0);
        if (length < 0)
        {
            length = name.Length;
        }

        if (name[length..].IndexOfAnyExcept((byte)0) >= 0)
        {
            return false;
        }

        return Utf8.IsValid(name[..length]);
    }
}
