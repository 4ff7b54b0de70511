namespace FastCore.Protocol.MessagePack;

/// <summary>Why a value was not read. Nothing of it was consumed then.</summary>
public enum MessagePackStatus : byte
{
    /// <summary>It was read.</summary>
    Ok,

    /// <summary>
    /// The bytes end before the value does: it is cut, or its length is a lie. Arrays and maps count as so many bytes
    /// as their values need at least.
    /// </summary>
    Truncated,

    /// <summary>The byte 0xC1 begins no value.</summary>
    Invalid,

    /// <summary>The value is of another kind than asked for.</summary>
    OtherKind,

    /// <summary>The number does not fit the type asked for.</summary>
    OutOfRange,

    /// <summary>More than <see cref="MessagePackReader.DepthMax"/> arrays and maps lie in each other.</summary>
    TooDeep,

    /// <summary>An extension of type −1 that is no time: of another length, or with 10^9 nanoseconds.</summary>
    InvalidTimestamp,
}
