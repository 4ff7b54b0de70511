using FastCore.Bench.Load;

namespace FastCore.Cli.Tests.Load;

public sealed class SeededRandomTests
{
    [Fact]
    public void OwnLogarithmAndExponentialAgreeWithTheLibrary()
    {
        SeededRandom random = new(4);
        for (int i = 0; i < 10_000; i++)
        {
            double x = random.Uniform() + 1e-12;
            Assert.Equal(Math.Log(x), SeededRandom.Logarithm(x), 1e-13 * (1 + Math.Abs(Math.Log(x))));
            double y = random.Uniform() * 64;
            Assert.Equal(1, SeededRandom.ExponentialOfMinus(y) / Math.Exp(-y), 1e-12);
        }
    }

    [Fact]
    public void NormalAndPoissonDrawsHaveTheirMoments()
    {
        SeededRandom random = new(5);
        const int Count = 200_000;
        double sum = 0;
        double squares = 0;
        long events = 0;
        double none = SeededRandom.ExponentialOfMinus(2.5);
        for (int i = 0; i < Count; i++)
        {
            double draw = random.Normal(10, 3);
            sum += draw;
            squares += (draw - 10) * (draw - 10);
            events += random.Poisson(none);
        }

        Assert.Equal(10, sum / Count, 0.05);
        Assert.Equal(3, Math.Sqrt(squares / Count), 0.05);
        Assert.Equal(2.5, (double)events / Count, 0.03);
    }

    [Fact]
    public void SameSeedGivesTheSameDrawsAndAnotherSeedOthers()
    {
        SeededRandom first = new(6);
        SeededRandom again = new(6);
        SeededRandom other = new(7);
        ulong[] draws = [.. Enumerable.Range(0, 100).Select(_ => first.Next())];
        Assert.Equal(draws, Enumerable.Range(0, 100).Select(_ => again.Next()));
        Assert.NotEqual(draws, Enumerable.Range(0, 100).Select(_ => other.Next()));
    }
}
