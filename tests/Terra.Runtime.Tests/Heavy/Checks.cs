using FluentAssertions;
using Terra.Runtime.Core;

namespace Terra.Runtime.Tests.Heavy;

/// <summary>Comparisons of tensors with expected values.</summary>
internal static class Checks
{
    /// <summary>Equal up to a tolerance, absolute below one and relative above; NaN equals NaN.</summary>
    public static void Close(TensorImpl actual, double[] expected, double tolerance)
    {
        double[] values = TensorData.Values(actual);
        values.Length.Should().Be(expected.Length);
        for (int i = 0; i < values.Length; i++)
        {
            bool same = values[i].Equals(expected[i]) || Math.Abs(values[i] - expected[i]) <= tolerance * Math.Max(1, Math.Abs(expected[i]));
            same.Should().BeTrue("element {0} should be {1} and is {2}", i, expected[i], values[i]);
        }
    }

    public static void Equal(TensorImpl actual, params double[] expected) => TensorData.Values(actual).Should().Equal(expected);

    public static void HasSizes(TensorImpl actual, params long[] sizes) => actual.Sizes.ToArray().Should().Equal(sizes);
}
