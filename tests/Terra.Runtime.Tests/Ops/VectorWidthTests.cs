using System.Runtime.Intrinsics;
using FluentAssertions;
using Terra.Runtime.Backends.Cpu;
using Xunit;

namespace Terra.Runtime.Tests.Ops;

/// <summary>The runtime's switches for narrower vectors work, so that runs with them test what they are to test.</summary>
[Trait("Suite", "OpTable")]
public sealed class VectorWidthTests
{
    [Fact]
    public void Without_avx512_vectors_have_256_bits_at_most()
    {
        if (IsOff("DOTNET_EnableAVX512"))
        {
            Vector512.IsHardwareAccelerated.Should().BeFalse();
            WidthInBits.Should().BeLessThanOrEqualTo(256);
        }
    }

    [Fact]
    public void Without_avx2_vectors_have_128_bits()
    {
        if (IsOff("DOTNET_EnableAVX2"))
        {
            Vector512.IsHardwareAccelerated.Should().BeFalse();
            Vector256.IsHardwareAccelerated.Should().BeFalse();
            WidthInBits.Should().Be(128);
        }
    }

    private static int WidthInBits => VectorApi.Best.Bits;

    private static bool IsOff(string name) => Environment.GetEnvironmentVariable(name) == "0";
}
