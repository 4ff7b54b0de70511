namespace FastCore.Engine.Partitions;

/// <summary>
/// What a partition thread does when a duty cycle found no work. Separate from the cycle, and a knob.
/// </summary>
public enum IdleStrategyKind : byte
{
    /// <summary>Spin a little, then yield, then park: the default, right on machines with few cores.</summary>
    Backoff,

    /// <summary>Never leave the core. Only with more cores than partitions, fronts and clients together.</summary>
    Spin,

    /// <summary>Offer the core to others, but never sleep.</summary>
    Yield,

    /// <summary>Sleep at once until woken.</summary>
    Park,
}

/// <summary>Carries out an <see cref="IdleStrategyKind"/>. Partition thread only.</summary>
internal struct IdleStrategy(int spinsMax, int yieldsMax)
{
    private readonly int _spinsMax = spinsMax;
    private readonly int _yieldsMax = yieldsMax;
    private int _cycles;

    /// <summary>Work was found: start over.</summary>
    public void Reset() => _cycles = 0;

    /// <summary>Idles once, as asked. True when the thread should park now.</summary>
    public bool Idle(IdleStrategyKind kind)
    {
        switch (kind)
        {
            case IdleStrategyKind.Spin:
                Thread.SpinWait(8);
                return false;
            case IdleStrategyKind.Yield:
                _ = Thread.Yield();
                return false;
            case IdleStrategyKind.Park:
                return true;
            default:
                _cycles++;
                if (_cycles <= _spinsMax)
                {
                    Thread.SpinWait(8);
                    return false;
                }

                if (_cycles <= _spinsMax + _yieldsMax)
                {
                    // Somebody else's work (a client, the disk's completion) may need this very core.
                    _ = Thread.Yield();
                    return false;
                }

                return true;
        }
    }
}
