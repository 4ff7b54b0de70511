namespace FastCore.Engine.Ports;

/// <summary>Stored bytes are not what was written. Says where; never followed by a guess.</summary>
public sealed class CorruptStorageException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="file">File name inside the data directory.</param>
    /// <param name="address">Byte position in the file or log.</param>
    /// <param name="sequence">Journal sequence it belongs to, or 0 when it is not known.</param>
    /// <param name="what">What is wrong.</param>
    public CorruptStorageException(string file, long address, ulong sequence, string what)
        : base($"{file} at {address} (sequence {sequence}): {what}")
    {
        File = file;
        Address = address;
        Sequence = sequence;
    }

    /// <summary>File name inside the data directory.</summary>
    public string File { get; }

    /// <summary>Byte position in the file or log.</summary>
    public long Address { get; }

    /// <summary>Journal sequence, or 0.</summary>
    public ulong Sequence { get; }
}
