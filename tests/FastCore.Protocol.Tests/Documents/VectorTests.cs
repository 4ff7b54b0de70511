using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using FastCore.Protocol.Frames;
using FastCore.Testing;
using Xunit;

namespace FastCore.Protocol.Tests.Documents;

public sealed partial class VectorTests
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "tests", "vectors");

    public static TheoryData<string> Files => new(Vectors.RenderAll().Keys.Order());

    [Fact]
    public void There_is_a_file_per_operation_and_no_other()
    {
        if (Environment.GetEnvironmentVariable("FASTCORE_WRITE_DOCUMENTS") == "1")
        {
            Directory.CreateDirectory(Folder);
            foreach ((string file, string text) in Vectors.RenderAll())
            {
                File.WriteAllText(Path.Combine(Folder, file), text);
            }
        }

        Assert.Equal(Vectors.RenderAll().Keys.Order(), Directory.GetFiles(Folder).Select(Path.GetFileName).Order());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Structs_encode_to_these_bytes(string file) =>
        Assert.Equal(Vectors.RenderAll()[file], File.ReadAllText(Path.Combine(Folder, file)));

    // Reads the files alone, as somebody with another language would: bytes against comments, then the codec.
    [Theory]
    [MemberData(nameof(Files))]
    public void These_bytes_are_frames_and_their_comments_are_true(string file)
    {
        int operation = int.Parse(file[..3], CultureInfo.InvariantCulture);
        string[] frames = File.ReadAllText(Path.Combine(Folder, file)).Split("\n[")[1..];
        Assert.True(frames.Length >= 2);
        foreach (string frame in frames)
        {
            byte[] bytes = [.. Line().Matches(frame).SelectMany(Encode)];
            FrameReader reader = new(new ReadOnlySequence<byte>(bytes), bytes.Length);
            Assert.Equal(FrameRead.Complete, reader.Read());
            Assert.False(reader.HasPartialFrame);
            Assert.Equal(operation, (int)reader.Header.Operation);
            Assert.Equal(0x1122_3344_5566_7788UL, reader.Header.Correlation);
            CheckBody(frame, (Operation)operation, reader.Body.Length, reader.Header);
        }
    }

    private static void CheckBody(string frame, Operation operation, int length, FrameHeader header)
    {
        OperationShape? shape = OperationTable.Find(operation);
        if (shape is null || shape.Kind == OperationKind.Session)
        {
            return;
        }

        if (frame.StartsWith("request", StringComparison.Ordinal))
        {
            Assert.True(FrameSeal.IsRequestReservedZero(in header));
            Assert.Equal(shape.PrefixSize + shape.ElementSize, length);
        }
        else
        {
            Assert.True(FrameSeal.IsReplyReservedZero(in header));
            Assert.Equal(header.Status == FrameStatus.Ok ? shape.ResultSize : 0, length);
        }
    }

    private static byte[] Encode(Match line)
    {
        byte[] bytes = Convert.FromHexString(line.Groups["hex"].Value);
        string type = line.Groups["type"].Value;
        string value = line.Groups["value"].Value;
        if (type.EndsWith(']'))
        {
            int[] sizes = [.. type[1..^1].Split('[').Select(part => int.Parse(part, CultureInfo.InvariantCulture))];
            Assert.Equal(Convert.FromHexString(value), bytes);
            Assert.Equal(sizes[0] / 8 * sizes[1], bytes.Length);
            return bytes;
        }

        BigInteger number = BigInteger.Parse(value, CultureInfo.InvariantCulture);
        byte[] expected = new byte[int.Parse(type[1..], CultureInfo.InvariantCulture) / 8];
        Assert.True(number.TryWriteBytes(expected, out int written, isUnsigned: type[0] == 'u'));
        expected.AsSpan(written).Fill(number.Sign < 0 ? (byte)0xFF : (byte)0);
        Assert.Equal(expected, bytes);
        return bytes;
    }

    [GeneratedRegex(@"^(?<hex>[0-9A-F]+) # (?<type>[uif]\d+(\[\d+\])?) \S+ = (?<value>\S+)$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
