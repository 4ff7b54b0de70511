namespace FastCore.Simulation.Network;

/// <summary>What goes wrong between a node and a bank, in millionths of calls.</summary>
public sealed class BankLineOptions
{
    /// <summary>Calls that reach the bank and then end with an exception instead of the answer.</summary>
    public int BrokenPpm { get; set; }

    /// <summary>Answers after which a notification says the opposite.</summary>
    public int ContradictedPpm { get; set; }

    /// <summary>Calls after which a notification about a call comes that nobody made.</summary>
    public int UnaskedPpm { get; set; }

    /// <summary>Milliseconds at most until such a notification.</summary>
    public int NotifiedMaxMs { get; set; } = 30_000;
}
