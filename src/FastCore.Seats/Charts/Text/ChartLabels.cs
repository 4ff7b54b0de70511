using FastCore.Protocol.Seats;

namespace FastCore.Seats.Charts.Text;

/// <summary>No two seats of a chart may be called the same, and no two areas.</summary>
internal static class ChartLabels
{
    private const int AreaNumber = -1;

    public static void Check(List<ChartBlock> blocks, ChartMistakes mistakes)
    {
        Dictionary<(UInt128 Section, ulong Row), int> rows = [];
        HashSet<(int Row, int Number)> seen = [];
        for (int i = 0; i < blocks.Count && !mistakes.IsFull; i++)
        {
            ChartBlock block = blocks[i];
            (UInt128, ulong) name = (BitConverter.ToUInt128(block.Section), BitConverter.ToUInt64(block.Row));
            if (!rows.TryGetValue(name, out int row))
            {
                row = rows.Count;
                rows.Add(name, row);
            }

            bool isArea = block.Kind == ChartBlockKind.GeneralAdmission;
            for (int seat = 0; seat < (isArea ? 1 : block.Capacity); seat++)
            {
                if (!seen.Add((row, isArea ? AreaNumber : block.FirstNumber + (block.NumberStep * seat))))
                {
                    mistakes.Add(
                        ChartMistakeCode.LabelRepeated, "$.sections",
                        $"Seat {seat + 1} of block {i} is called as another one; section, row and number tell seats "
                        + "apart.");
                    break;
                }
            }
        }
    }
}
