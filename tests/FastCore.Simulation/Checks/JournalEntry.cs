namespace FastCore.Simulation.Checks;

/// <summary>One committed entry of a journal, as it was read from the disk.</summary>
/// <param name="Sequence">Its sequence.</param>
/// <param name="TimestampNs">The batch's time.</param>
/// <param name="Commands">Its commands as they were appended.</param>
internal sealed record JournalEntry(ulong Sequence, ulong TimestampNs, byte[] Commands);
