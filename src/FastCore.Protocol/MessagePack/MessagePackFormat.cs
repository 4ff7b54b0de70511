namespace FastCore.Protocol.MessagePack;

/// <summary>
/// First bytes of values, see https://github.com/msgpack/msgpack/blob/master/spec.md#formats. Behind those with a width
/// in their name follows a big-endian number: a value, a length in bytes, or a count.
/// </summary>
internal static class MessagePackFormat
{
    /// <summary>0x00 to 0x7F are the numbers themselves.</summary>
    public const byte FixIntMax = 0x7F;

    /// <summary>0x80 to 0x8F: up to 15 pairs.</summary>
    public const byte FixMap = 0x80;

    /// <summary>0x90 to 0x9F: up to 15 values.</summary>
    public const byte FixArray = 0x90;

    /// <summary>0xA0 to 0xBF: up to 31 bytes of text.</summary>
    public const byte FixText = 0xA0;

    public const byte Nil = 0xC0;
    public const byte NeverUsed = 0xC1;
    public const byte False = 0xC2;
    public const byte True = 0xC3;
    public const byte Binary8 = 0xC4;
    public const byte Binary16 = 0xC5;
    public const byte Binary32 = 0xC6;
    public const byte Extension8 = 0xC7;
    public const byte Extension16 = 0xC8;
    public const byte Extension32 = 0xC9;
    public const byte Float32 = 0xCA;
    public const byte Float64 = 0xCB;
    public const byte UInt8 = 0xCC;
    public const byte UInt16 = 0xCD;
    public const byte UInt32 = 0xCE;
    public const byte UInt64 = 0xCF;
    public const byte Int8 = 0xD0;
    public const byte Int16 = 0xD1;
    public const byte Int32 = 0xD2;
    public const byte Int64 = 0xD3;

    /// <summary>0xD4 to 0xD8: extensions of 1, 2, 4, 8 and 16 bytes.</summary>
    public const byte FixExtension1 = 0xD4;

    public const byte FixExtension16 = 0xD8;
    public const byte Text8 = 0xD9;
    public const byte Text16 = 0xDA;
    public const byte Text32 = 0xDB;
    public const byte Array16 = 0xDC;
    public const byte Array32 = 0xDD;
    public const byte Map16 = 0xDE;
    public const byte Map32 = 0xDF;

    /// <summary>0xE0 to 0xFF are −32 to −1.</summary>
    public const byte FixNegative = 0xE0;

    public const int FixMapMax = 15;
    public const int FixArrayMax = 15;
    public const int FixTextMax = 31;
    public const long FixNegativeMin = -32;
}
