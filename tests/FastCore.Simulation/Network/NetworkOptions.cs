namespace FastCore.Simulation.Network;

/// <summary>
/// What a simulated network does to what is sent over it. Shares are in millionths; zero everywhere is a network that
/// never errs.
/// </summary>
public sealed class NetworkOptions
{
    /// <summary>Longest time on the way, milliseconds; the shortest is 1.</summary>
    public int DelayMaxMs { get; set; } = 5;

    /// <summary>Share of runs of bytes that arrive in pieces, down to single bytes.</summary>
    public int SplitPpm { get; set; }

    /// <summary>Share of pieces on whose arrival the connection is cut, the piece itself delivered in part.</summary>
    public int CutPpm { get; set; }

    /// <summary>Share of pieces in which one bit is turned.</summary>
    public int FlipPpm { get; set; }

    /// <summary>
    /// Share of whole frames in whose body a bit is turned and whose checksum is made to fit: damage that nothing on
    /// the way can find. The control of checks, which must.
    /// </summary>
    public int ForgePpm { get; set; }

    /// <summary>Share of pieces that are held up, and everything behind them.</summary>
    public int StallPpm { get; set; }

    /// <summary>Longest such time, milliseconds.</summary>
    public int StallMaxMs { get; set; } = 20_000;

    /// <summary>Share of attempts to connect that are refused although somebody listens.</summary>
    public int RefusePpm { get; set; }

    /// <summary>Bytes on the way in one direction of a connection, at most, about.</summary>
    public int CapacityBytes { get; set; } = 256 * 1024;
}
