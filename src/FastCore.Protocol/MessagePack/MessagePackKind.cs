namespace FastCore.Protocol.MessagePack;

/// <summary>What a MessagePack value is, as its first byte tells.</summary>
public enum MessagePackKind : byte
{
    /// <summary>There is no further byte.</summary>
    End,

    /// <summary>The byte 0xC1, which the specification never uses.</summary>
    Invalid,

    /// <summary>Nil.</summary>
    Nil,

    /// <summary>False or true.</summary>
    Boolean,

    /// <summary>A whole number, −2^63 to 2^64 − 1.</summary>
    Integer,

    /// <summary>A number in single precision.</summary>
    Float32,

    /// <summary>A number in double precision.</summary>
    Float64,

    /// <summary>Text; the specification says UTF-8 and lets any bytes pass.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Binary,

    /// <summary>A number of values.</summary>
    Array,

    /// <summary>A number of pairs of values, a key and what belongs to it.</summary>
    Map,

    /// <summary>Bytes with an application's type, or a type the specification will give a meaning to.</summary>
    Extension,

    /// <summary>An extension of type −1.</summary>
    Timestamp,
}
