using FastCore.Protocol.Seats;

namespace FastCore.Seats.Charts.Text;

/// <summary>No two seats of a chart may be called the same, and no two areas.</summary>
internal static class ChartLabels
{
    private const int AreaNumber = -1;

    public static void Check(List<ChartBlock> blocks, ChartMistakes mistakes)
    {
        // Within a block numbers differ, so only blocks of the same name have to be looked at.
        foreach (IGrouping<(UInt128, ulong), int> same in Enumerable.Range(0, blocks.Count)
            .GroupBy(i => NameOf(blocks[i])).Where(group => group.Skip(1).Any()))
        {
            HashSet<int> seen = [];
            foreach (int i in same)
            {
                int repeated = NumbersOf(blocks[i]).TakeWhile(seen.Add).Count();
                if (repeated != NumbersOf(blocks[i]).Count())
                {
                    mistakes.Add(
                        ChartMistakeCode.LabelRepeated, "$.sections",
                        $"Seat {repeated + 1} of block {i} is called as another one; section, row and number tell "
                        + "seats apart.");
                }
            }
        }
    }

    private static (UInt128 Section, ulong Row) NameOf(ChartBlock block) =>
        (BitConverter.ToUInt128(block.Section), BitConverter.ToUInt64(block.Row));

    private static IEnumerable<int> NumbersOf(ChartBlock block) => block.Kind == ChartBlockKind.GeneralAdmission
        ? [AreaNumber]
        : Enumerable.Range(0, (int)block.Capacity).Select(seat => block.FirstNumber + (block.NumberStep * seat));
}
