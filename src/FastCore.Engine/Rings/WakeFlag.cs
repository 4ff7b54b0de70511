namespace FastCore.Engine.Rings;

/// <summary>
/// The handshake between one sleeper and those who give it work. The sleeper raises the flag, looks for work once more,
/// and sleeps only when there is none; whoever published work takes the flag, and wakes the sleeper when it was up. One
/// of the two always sees the other. Checked over all interleavings and on real threads, see docs/TESTING.md.
/// </summary>
internal struct WakeFlag
{
    private int _raised;

    /// <summary>Says that the sleeper is about to sleep; it must look for work after this. Sleeper only.</summary>
    public void Raise() =>
        // The exchange is a full fence: the flag is up before the sleeper looks for work (see TryTake).
        Interlocked.Exchange(ref _raised, 1);

    /// <summary>
    /// Takes the flag down if it is up; then the caller must wake the sleeper. Any thread, after publishing work.
    /// </summary>
    public bool TryTake()
    {
        // Full fence: what the caller published is visible before we look at the flag (see Raise).
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref _raised) == 1 && Lower();
    }

    /// <summary>Takes the flag down; false when somebody else already did. The exchange lets one of them win.</summary>
    public bool Lower() => Interlocked.Exchange(ref _raised, 0) == 1;
}
