using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FastCore.Server.Access;

/// <summary>
/// A file of access keys, <c>{ "Keys": [ … ] }</c> with the settings of <see cref="AccessKeyOptions"/>. A running
/// server reads it again when it changes; see <see cref="ServerOptions.KeyFile"/>.
/// </summary>
public static class AccessKeyFile
{
    private const long BytesMax = 4 << 20;

    private static readonly JsonSerializerOptions Format = new()
    {
        // A misspelt scope must not be a silent default.
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PreferredObjectCreationHandling = JsonObjectCreationHandling.Populate,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>The keys of a file.</summary>
    /// <exception cref="IOException">The file cannot be read, is too large, or may be written by anybody.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="FormatException">It is no key file; the message repeats nothing of it.</exception>
    public static IReadOnlyList<AccessKeyOptions> Read(string path) => Parse(ReadBytes(path), path);

    /// <summary>What is wrong with keys as a key file holds them, one sentence each; empty when nothing is.</summary>
    public static IReadOnlyList<string> Problems(IEnumerable<AccessKeyOptions> keys)
    {
        List<string> problems = [];
        _ = AccessTable.Read([], keys, isOpen: false, problems);
        return problems;
    }

    /// <summary>Replaces a file as a whole, readable by its owner only: readers see the old keys or the new.</summary>
    public static void Write(string path, IEnumerable<AccessKeyOptions> keys)
    {
        string whole = Path.GetFullPath(path);
        string beside = $"{whole}.{RandomNumberGenerator.GetHexString(8)}.new";
        FileStreamOptions create = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        KeysDocument document = new();
        document.Keys.AddRange(keys);
        try
        {
            using (FileStream file = new(beside, create))
            {
                JsonSerializer.Serialize(file, document, Format);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, whole, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    internal static byte[] ReadBytes(string path)
    {
        using FileStream file = File.OpenRead(path);
        if (file.Length > BytesMax)
        {
            throw new IOException($"'{path}' is larger than {BytesMax} bytes.");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & UnixFileMode.OtherWrite) != 0)
        {
            throw new IOException($"'{path}' may be written by everybody on this machine; chmod o-w it.");
        }

        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    internal static IReadOnlyList<AccessKeyOptions> Parse(ReadOnlySpan<byte> bytes, string path)
    {
        try
        {
            KeysDocument? document = JsonSerializer.Deserialize<KeysDocument>(bytes, Format);
            return document?.Keys is { } keys && keys.All(key => key is not null)
                ? keys
                : throw new FormatException($"'{path}' has null where keys should stand.");
        }
        catch (JsonException error)
        {
            // Its message and path can repeat what stands in the file.
            throw new FormatException($"'{path}' is not a key file; see its line {error.LineNumber + 1}.");
        }
    }

    private sealed class KeysDocument
    {
        [JsonRequired]
        public List<AccessKeyOptions> Keys { get; init; } = [];
    }
}
