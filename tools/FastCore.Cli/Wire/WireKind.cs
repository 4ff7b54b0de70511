namespace FastCore.Cli.Wire;

/// <summary>How a field of a wire struct is written as text.</summary>
internal enum WireKind
{
    /// <summary>A number without a sign.</summary>
    Unsigned,

    /// <summary>A number with a sign.</summary>
    Signed,

    /// <summary>A number in single precision; what is none is written as null.</summary>
    Float,

    /// <summary>One name of an enum, or its number.</summary>
    Choice,

    /// <summary>Names of an enum joined by <c>|</c>, hexadecimal bits mixed in.</summary>
    Flags,

    /// <summary>Bytes of text, zero-padded; a neighbour …_length, if there is one, carries how many count.</summary>
    Text,

    /// <summary>Bytes as hexadecimal digits, two each; those that are not given are zero.</summary>
    Hex,

    /// <summary>Several numbers of 32 bits, joined by <c>|</c>; those that are not given are zero.</summary>
    Numbers,
}
