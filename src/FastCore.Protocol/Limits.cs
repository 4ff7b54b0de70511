namespace FastCore.Protocol;

/// <summary>
/// Every size on the wire has a maximum, and they are all here. Relations between them are checked by a test.
/// </summary>
public static class Limits
{
    /// <summary>Bytes of a frame header (see <see cref="FrameHeader"/>).</summary>
    public const int FrameHeaderSize = 32;

    /// <summary>
    /// Elements in one request at most, for every operation. TigerBeetle's number, so batches port unchanged.
    /// </summary>
    public const int ElementsPerRequestMax = 8189;

    /// <summary>Bytes of one ledger or payment element at most.</summary>
    public const int ElementSizeMax = 192;

    /// <summary>Bytes of the body of a request frame at most: a full batch of transfers with its book prefix.</summary>
    public const int RequestBodySizeMax = BookPrefix.Size + ElementsPerRequestMax * 128;

    /// <summary>Bytes of the body of a reply frame at most: a full answer of the largest record.</summary>
    public const int ReplyBodySizeMax = ElementsPerRequestMax * ElementSizeMax;

    /// <summary>Bytes of a request frame at most, header included.</summary>
    public const int RequestFrameSizeMax = FrameHeaderSize + RequestBodySizeMax;

    /// <summary>Bytes of a reply frame at most, header included.</summary>
    public const int ReplyFrameSizeMax = FrameHeaderSize + ReplyBodySizeMax;

    /// <summary>Bytes of the only frame accepted before Hello succeeded, header included.</summary>
    public const int HelloFrameSizeMax = 256;

    /// <summary>Largest book (and merchant) number. The top byte is the engine's.</summary>
    public const ulong BookMax = (1UL << 56) - 1;
}
