namespace FastCore.Node.Verification;

/// <summary>How far a verification is.</summary>
/// <param name="Partition">The partition that is being verified; they come one after the other.</param>
/// <param name="Partitions">Partitions of the directory.</param>
/// <param name="Sequence">Journal sequence reached in it.</param>
/// <param name="LastSequence">The last one that it has.</param>
public readonly record struct VerificationProgress(int Partition, int Partitions, ulong Sequence, ulong LastSequence)
{
    /// <summary>What is done of the whole directory, 0 to 1; each partition counts the same.</summary>
    public double Share => (Partition + (LastSequence == 0 ? 1 : (double)Sequence / LastSequence)) / Partitions;
}
