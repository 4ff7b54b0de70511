namespace FastCore.Storage;

/// <summary>Why a data directory cannot be opened.</summary>
public enum DataDirectoryError
{
    /// <summary>Another process (or another opening in this one) uses it.</summary>
    Locked = 1,

    /// <summary>It is not a data directory, or it lacks a part of one.</summary>
    NotADataDirectory = 2,

    /// <summary>It was written by a version this one does not know.</summary>
    UnknownVersion = 3,

    /// <summary>It was made with another number of partitions.</summary>
    PartitionMismatch = 4,

    /// <summary>The journal's geometry or another fixed setting differs.</summary>
    SettingMismatch = 5,
}

/// <summary>A data directory cannot be opened; says why in a code, and names the file.</summary>
public sealed class DataDirectoryException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="code">Why.</param>
    /// <param name="file">File inside the data directory.</param>
    /// <param name="what">A sentence for the operator.</param>
    public DataDirectoryException(DataDirectoryError code, string file, string what)
        : base($"{file}: {what}")
    {
        Code = code;
        File = file;
    }

    /// <summary>Why.</summary>
    public DataDirectoryError Code { get; }

    /// <summary>File inside the data directory.</summary>
    public string File { get; }
}
