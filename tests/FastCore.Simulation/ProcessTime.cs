namespace FastCore.Simulation;

/// <summary>
/// The time of one simulated process. Once the process is killed its timers never fire again, as if they had died with
/// it, while the time of the world outside goes on.
/// </summary>
public sealed class ProcessTime(TimeProvider world) : TimeProvider
{
    private bool _isKilled;

    /// <inheritdoc/>
    public override long TimestampFrequency => world.TimestampFrequency;

    /// <inheritdoc/>
    public override long GetTimestamp() => world.GetTimestamp();

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => world.GetUtcNow();

    /// <summary>No timer of the process fires any more.</summary>
    public void Kill() => _isKilled = true;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        world.CreateTimer(
            argument =>
            {
                if (!_isKilled)
                {
                    callback(argument);
                }
            },
            state,
            dueTime,
            period);
}
