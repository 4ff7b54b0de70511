using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>A chart of the model.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Blocks">Its blocks.</param>
/// <param name="CreatedAt">When it was loaded.</param>
internal sealed record ModelChart(ulong Number, ChartBlock[] Blocks, ulong CreatedAt)
{
    public IEnumerable<int> Categories => Blocks.Select(block => (int)block.Category).Distinct();
}
