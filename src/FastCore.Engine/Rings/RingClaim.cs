namespace FastCore.Engine.Rings;

/// <summary>
/// Room claimed in a ring: fill <see cref="Payload"/>, then publish or skip. Exactly one of the two, once.
/// </summary>
public readonly unsafe struct RingClaim
{
    private const long PaddingBit = 1L << 62;

    private readonly byte* _record;
    private readonly int _payloadLength;
    private readonly long _length;

    internal RingClaim(byte* record, int payloadLength, long length)
    {
        _record = record;
        _payloadLength = payloadLength;
        _length = length;
    }

    /// <summary>The bytes to fill; they start 8 bytes behind a 32-byte boundary and are zero before.</summary>
    public Span<byte> Payload => new(_record + MpscByteRing.PayloadOffset, _payloadLength);

    /// <summary>Makes the record visible to the consumer.</summary>
    public void Publish() =>
        // Release: orders the payload before the length.
        Volatile.Write(ref *(long*)_record, _length);

    /// <summary>Gives the room back unused: the consumer steps over it.</summary>
    public void Skip() => Volatile.Write(ref *(long*)_record, _length | PaddingBit); // Release, as above.
}
