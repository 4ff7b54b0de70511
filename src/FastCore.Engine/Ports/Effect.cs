using System.Runtime.CompilerServices;

namespace FastCore.Engine.Ports;

/// <summary>
/// Something that must happen outside the partition because of a command: a call to a connector, an event to deliver.
/// Leaves after the commit of its batch; may be emitted again after a restart, so receivers de-duplicate by content.
/// </summary>
public struct Effect
{
    /// <summary>Bytes of payload.</summary>
    public const int PayloadSize = 128;

    /// <summary>What kind of effect, a number of the domain.</summary>
    public uint Kind;

    /// <summary>Bytes used of the payload.</summary>
    public uint Length;

    /// <summary>The domain's struct.</summary>
    public EffectPayload Payload;
}

/// <summary>The bytes of an <see cref="Effect"/>.</summary>
[InlineArray(Effect.PayloadSize)]
public struct EffectPayload
{
    private byte _first;
}

/// <summary>Effects of the batches not yet released, in order. Owned by the partition thread.</summary>
public sealed class EffectQueue
{
    private Effect[] _ring = new Effect[256];
    private long _head;
    private long _tail;

    /// <summary>Effects ever added; the partition notes it per batch to know what a commit releases.</summary>
    public long Added => _tail;

    /// <summary>Effects not yet taken.</summary>
    public int Count => (int)(_tail - _head);

    /// <summary>Adds an effect with a payload of the domain's struct.</summary>
    public void Add<T>(uint kind, in T payload)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() > Effect.PayloadSize)
        {
            throw new InvalidOperationException("The effect's payload is larger than Effect.PayloadSize.");
        }

        if (Count == _ring.Length)
        {
            Grow();
        }

        ref Effect effect = ref _ring[_tail & (_ring.Length - 1)];
        effect = default;
        effect.Kind = kind;
        effect.Length = (uint)Unsafe.SizeOf<T>();
        Unsafe.As<EffectPayload, T>(ref effect.Payload) = payload;
        _tail++;
    }

    /// <summary>Takes the oldest effect if it was added before the given count.</summary>
    public bool TryTake(long addedBefore, out Effect effect)
    {
        if (_head >= addedBefore || _head == _tail)
        {
            effect = default;
            return false;
        }

        effect = _ring[_head & (_ring.Length - 1)];
        _head++;
        return true;
    }

    /// <summary>Forgets everything queued (used after a replay, whose effects were delivered long ago).</summary>
    public void Clear() => _head = _tail;

    // Grows only while more calls are open than ever before, so a steady state allocates nothing.
    private void Grow()
    {
        Effect[] larger = new Effect[_ring.Length * 2];
        for (long i = _head; i < _tail; i++)
        {
            larger[i & (larger.Length - 1)] = _ring[i & (_ring.Length - 1)];
        }

        _ring = larger;
    }
}

/// <summary>
/// Receives effects once they are durable. Called on the partition thread: hand over and return, never wait.
/// </summary>
public interface IEffectSink
{
    /// <summary>True when one more effect can be taken now; otherwise the partition offers it again later.</summary>
    bool TryAccept(int partition, in Effect effect);
}
