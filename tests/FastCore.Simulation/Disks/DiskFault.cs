namespace FastCore.Simulation.Disks;

/// <summary>The ways of a disk to go wrong.</summary>
public enum DiskFault
{
    /// <summary>A write stores a part of its bytes, and says that it failed.</summary>
    ShortWrite,

    /// <summary>A write lands at another place of its file, and says that all is well.</summary>
    MisdirectedWrite,

    /// <summary>A write stores nothing, and says that all is well.</summary>
    LostWrite,

    /// <summary>A bit of what was stored turns over.</summary>
    BitFlip,

    /// <summary>A sector cannot be read until it is written again.</summary>
    SectorError,

    /// <summary>There is no space for a while.</summary>
    FullDisk,

    /// <summary>The power goes, in the middle of an operation or between two.</summary>
    PowerCut,

    /// <summary>The process dies; what it had handed to the operating system is there.</summary>
    Kill,
}
