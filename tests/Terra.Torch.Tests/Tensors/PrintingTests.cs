using System.Globalization;
using FluentAssertions;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

public sealed class PrintingTests
{
    private static readonly CultureInfo s_culture = CultureInfo.InvariantCulture;

    private static Tensor Mixed => tensor(new[] { 0f, 3.141f, 6.2834f, 3.14152f, 6.28e-06f, -13.141529f, 0.01f, 4713.14f }, 2, 4);

    private static string Text(Tensor tensor, TensorStringStyle style) => tensor.ToString(style, cultureInfo: s_culture, newLine: "\n");

    [Fact]
    public void MetadataByDefault() => zeros(2, 2).ToString().Should().Be("[2x2], type = Float32, device = cpu");

    [Fact]
    public void Julia()
    {
        Text(tensor(3.14f), julia).Should().Be("[], type = Float32, device = cpu, value = 3.14");
        Text(zeros(4), julia).Should().Be("[4], type = Float32, device = cpu\n 0 0 0 0\n");
        Text(Mixed, julia).Should().Be(
            "[2x4], type = Float32, device = cpu\n        0   3.141 6.2834 3.1415\n 6.28e-06 -13.142   0.01 4713.1\n");
        Text(arange(8).reshape(2, 2, 2), julia).Should().Be(
            "[2x2x2], type = Int64, device = cpu\n[0,..,..] =\n 0 1\n 2 3\n\n[1,..,..] =\n 4 5\n 6 7\n");
        Mixed.jlstr("0.0", cultureInfo: s_culture, newLine: "|").Should().Contain("| 0.0   3.1 6.3    3.1|");
        arange(100).jlstr(cultureInfo: s_culture, newLine: "\n").Should().Contain(" ... ").And.EndWith(" 99\n");
    }

    [Fact]
    public void Numpy()
    {
        Text(tensor(3.14f), numpy).Should().Be("3.14");
        Text(Mixed, numpy).Should().Be("[[0, 3.141, 6.2834, 3.1415]\n [6.28e-06, -13.142, 0.01, 4713.1]]");
        Text(ones(100, int32), numpy).Should().Be("[1, 1, 1, ... 1, 1, 1]");
        Text(arange(8).reshape(2, 2, 2), numpy).Should().Be("[[[0, 1]\n  [2, 3]]\n\n [[4, 5]\n  [6, 7]]]");
        Text(ones(10, 2, int32), numpy).Should().Be("[[1, 1]\n [1, 1]\n [1, 1]\n ...\n [1, 1]\n [1, 1]\n [1, 1]]");
        Text(zeros(0), numpy).Should().Be("[]");
    }

    [Fact]
    public void CSharp()
    {
        Text(zeros(4), csharp).Should().Be("[4], type = Float32, device = cpu, value = float [] {0f, 0f, 0f, 0f}");
        Text(zeros(2, 2), csharp).Should().Be(
            "[2x2], type = Float32, device = cpu, value = \nfloat [,] {\n {0f, 0f},\n {0f, 0f}\n}");
        Text(ones(2, 2, 10, int32), csharp).Should().Be(
            "[2x2x10], type = Int32, device = cpu, value = \nint [,,] {\n {{1, 1, 1, ... 1, 1, 1},\n  {1, 1, 1, ... 1, 1, 1}},\n {{1, 1, 1, ... 1, 1, 1},\n  {1, 1, 1, ... 1, 1, 1}}\n}");
    }
}
