using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Client.Seats;

/// <summary>How a seat map is followed. Read once, when the follower is made.</summary>
public sealed class SeatMapFollowerOptions
{
    /// <summary>
    /// Shortest time between two questions whether something has changed; above zero. What changes within it comes
    /// together. An answer without room for all changes is followed by the next question at once.
    /// </summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// How long a question waits at the server for a change, 0 … 60 seconds; 0 = it is answered at once, and asked
    /// again after <see cref="Period"/>.
    /// </summary>
    public TimeSpan Await { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Changes in one update at most, 1 … 8,189; 80 bytes of memory each.</summary>
    public int ChangesMax { get; set; } = 1_024;

    /// <summary>
    /// Whether the map is loaded again by itself when changes were missed. Otherwise the follower says so and waits
    /// for <see cref="SeatMapFollower.Reload"/>.
    /// </summary>
    public bool ReloadsItself { get; set; } = true;

    /// <summary>
    /// Deadline and priority class of the questions. For those that wait the deadline, or ten seconds where there is
    /// none, begins when the wait is over.
    /// </summary>
    public SendOptions Sending { get; set; }

    /// <summary>The clock of the period.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of bounds.</exception>
    internal SeatMapFollowerOptions Validated()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Period, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Await, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Await, TimeSpan.FromMilliseconds(SeatLimits.AwaitMsMax));
        ArgumentOutOfRangeException.ThrowIfLessThan(ChangesMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ChangesMax, Limits.ElementsPerRequestMax);
        ArgumentNullException.ThrowIfNull(Time);
        return (SeatMapFollowerOptions)MemberwiseClone();
    }
}
