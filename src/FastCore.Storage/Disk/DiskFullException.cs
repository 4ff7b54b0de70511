namespace FastCore.Storage.Disk;

/// <summary>There is no space left on the device or in the quota.</summary>
public sealed class DiskFullException : IOException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="file">File that could not grow.</param>
    /// <param name="inner">What the system said.</param>
    public DiskFullException(string file, Exception? inner = null)
        : base($"{file}: no space left", inner)
    {
        File = file;
    }

    /// <summary>File name inside the data directory.</summary>
    public string File { get; }
}
