using FastCore.Testing;

namespace FastCore.Simulation.Disks;

/// <summary>
/// What a disk does wrong while it runs, each kind with its own rate: one in so many operations, 0 = never.
/// </summary>
/// <param name="random">Where every choice comes from.</param>
public sealed class DiskFaults(SeededRandom random)
{
    private readonly long[] _counts = new long[Enum.GetValues<DiskFault>().Length];
    private readonly int[] _oneIn = new int[Enum.GetValues<DiskFault>().Length];

    /// <summary>What changes bytes that were called stable.</summary>
    public static IReadOnlyList<DiskFault> Damages { get; } =
        [DiskFault.BitFlip, DiskFault.MisdirectedWrite, DiskFault.LostWrite, DiskFault.SectorError];

    /// <summary>Where every choice comes from.</summary>
    public SeededRandom Random => random;

    /// <summary>Nothing happens while this is false.</summary>
    public bool AreOn { get; set; } = true;

    /// <summary>How often each kind happened.</summary>
    public long CountOf(DiskFault fault) => _counts[(int)fault];

    /// <summary>Sets a rate.</summary>
    public void SetRate(DiskFault fault, int oneIn) => _oneIn[(int)fault] = oneIn;

    /// <summary>Whether what was written and called stable is no more what is read.</summary>
    public bool DidDamage => Damages.Any(damage => CountOf(damage) > 0);

    /// <summary>Draws whether a fault happens now, and counts it.</summary>
    public bool Draw(DiskFault fault)
    {
        int oneIn = _oneIn[(int)fault];
        bool happens = AreOn && oneIn != 0 && random.OneIn(oneIn);
        _counts[(int)fault] += happens ? 1 : 0;
        return happens;
    }

    /// <summary>Counts a fault that was made from outside.</summary>
    public void Note(DiskFault fault) => _counts[(int)fault]++;
}
