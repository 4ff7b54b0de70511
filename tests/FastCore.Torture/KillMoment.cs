namespace FastCore.Torture;

/// <summary>What a server was doing when it was killed.</summary>
public enum KillMoment
{
    /// <summary>Its load ran; after a random time or a random number of answers.</summary>
    Load,

    /// <summary>Its load ran and a checkpoint was being written.</summary>
    Checkpoint,

    /// <summary>It was starting: making or recovering its directory, or not listening yet.</summary>
    Start,

    /// <summary>It had been checked and had nothing to do.</summary>
    Idle,
}
