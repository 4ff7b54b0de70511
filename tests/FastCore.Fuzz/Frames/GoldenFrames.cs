using System.Reflection;

namespace FastCore.Fuzz.Frames;

/// <summary>The frames of tests/vectors as bytes, by the title they have there.</summary>
internal static class GoldenFrames
{
    private static readonly List<(string Title, byte[] Bytes)> All = [.. Read()];

    /// <summary>Frames that clients send.</summary>
    public static IEnumerable<byte[]> Requests => All.Where(frame => frame.Title == "request").Select(Copy);

    /// <summary>Frames that servers send.</summary>
    public static IEnumerable<byte[]> Replies =>
        All.Where(frame => frame.Title.StartsWith("reply", StringComparison.Ordinal)).Select(Copy);

    private static byte[] Copy((string Title, byte[] Bytes) frame) => [.. frame.Bytes];

    private static IEnumerable<(string Title, byte[] Bytes)> Read()
    {
        Assembly assembly = typeof(GoldenFrames).Assembly;
        foreach (string name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!);
            string title = "";
            List<byte> bytes = [];
            while (reader.ReadLine() is string line)
            {
                if (line.StartsWith('['))
                {
                    title = line.Trim('[', ']');
                }
                else if (title.Length > 0 && line.Length > 0)
                {
                    bytes.AddRange(Convert.FromHexString(line[..line.IndexOf(' ')]));
                }

                if ((line.Length == 0 || reader.Peek() < 0) && bytes.Count > 0)
                {
                    yield return (title, [.. bytes]);
                    bytes.Clear();
                }
            }
        }
    }
}
