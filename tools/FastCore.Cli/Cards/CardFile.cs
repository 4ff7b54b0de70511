using System.IO.Compression;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Cards;

/// <summary>Writes card transaction files, plain or compressed by the name's ending.</summary>
internal static class CardFile
{
    /// <summary>
    /// Writes a file through a neighbour that takes the name only when it is whole, so that an interrupted run never
    /// leaves half a file behind.
    /// </summary>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        string partial = path + ".partial";
        try
        {
            try
            {
                await using (FileStream file = new(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
                {
                    if (IsCompressed(path))
                    {
                        await using GZipStream compressed = new(file, CompressionLevel.SmallestSize);
                        await write(compressed);
                    }
                    else
                    {
                        await write(file);
                    }
                }

                File.Move(partial, path, overwrite: true);
            }
            finally
            {
                File.Delete(partial);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "file_not_writable", $"Cannot write '{path}': {e.Message}", e);
        }
    }

    private static bool IsCompressed(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}
