using FastCore.Testing;

namespace FastCore.Simulation.Payments;

/// <summary>
/// Ids that repeat often and never run out: most come from a narrow window that moves on as ids are drawn, some from
/// all that the window has passed.
/// </summary>
/// <param name="width">Ids in the window.</param>
/// <param name="drawsPerId">Draws after which the window moves on by one.</param>
internal sealed class SlidingIds(int width, int drawsPerId)
{
    private ulong _draws;

    private ulong Passed => _draws / (ulong)drawsPerId;

    /// <summary>An id to use, new or not.</summary>
    public UInt128 Draw(SeededRandom random)
    {
        _draws++;
        return Name(random);
    }

    /// <summary>An id to refer to: mostly one that was used.</summary>
    public UInt128 Name(SeededRandom random) => random.Below(12) switch
    {
        0 => 1 + random.Below(Passed + (ulong)width),
        1 => random.OneIn(8) ? UInt128.MaxValue - random.Below(2UL) : 1 + Passed,
        _ => 1 + Passed + random.Below((ulong)width),
    };
}
