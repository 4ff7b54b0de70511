using FastCore.Engine.Ports;

namespace FastCore.Engine.Partitions;

/// <summary>Lets effects leave the partition once the entry that caused them is durable, in order.</summary>
internal sealed class EffectRelease(int partition, EffectQueue effects)
{
    private readonly Queue<(ulong Sequence, long Added)> _marks = new(1024);
    private long _noted = effects.Added;

    // What recovery emitted again was caused by entries that are durable already.
    private long _releasable = effects.Added;
    private Effect _held;
    private bool _isHeld;

    public bool IsEmpty => effects.Count == 0 && !_isHeld;

    /// <summary>Notes that everything added so far was caused at or before a sequence.</summary>
    public void Note(ulong sequence)
    {
        if (effects.Added != _noted)
        {
            _noted = effects.Added;
            _marks.Enqueue((sequence, _noted));
        }
    }

    /// <summary>Hands over what is durable, until the sink is full.</summary>
    public int Release(ulong durableSequence, IEffectSink? sink)
    {
        int released = 0;
        if (_isHeld)
        {
            if (sink is not null && !sink.TryAccept(partition, in _held))
            {
                return 0;
            }

            _isHeld = false;
            released++;
        }

        while (_marks.TryPeek(out (ulong Sequence, long Added) mark) && mark.Sequence <= durableSequence)
        {
            _releasable = mark.Added;
            _ = _marks.Dequeue();
        }

        while (effects.TryTake(_releasable, out Effect effect))
        {
            if (sink is not null && !sink.TryAccept(partition, in effect))
            {
                _held = effect;
                _isHeld = true;
                break;
            }

            released++;
        }

        return released;
    }
}
