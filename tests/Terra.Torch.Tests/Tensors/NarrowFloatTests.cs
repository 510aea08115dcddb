using FluentAssertions;
using TorchSharp;
using TorchSharp.PyBridge;
using Xunit;
using static TorchSharp.torch;

namespace Terra.Torch.Tests.Tensors;

public sealed class NarrowFloatTests
{
    [Fact]
    public void Tensors_are_made_of_their_elements()
    {
        tensor(new[] { (Half)1.5, (Half)(-2) }).dtype.Should().Be(ScalarType.Float16);
        Tensor t = tensor(new[,] { { (BFloat16)1f, (BFloat16)0.5f } });
        t.dtype.Should().Be(bfloat16);
        t.shape.Should().Equal(1, 2);
        t.data<BFloat16>().ToArray().Should().Equal(BFloat16.One, new BFloat16(0.5f));
        tensor((BFloat16)3f).item<BFloat16>().ToSingle().Should().Be(3);
        tensor(new[] { 1f / 3 }).half().item<Half>().Should().Be((Half)(1f / 3));
        ones(2, dtype: float16).ReadCpuFloat16(1).Should().Be(1);
        full([2], 0.1, bfloat16)[0].ToSingle().Should().Be(0.10009765625f);
    }

    [Fact]
    public void Bfloat16_rounds_to_nearest_even_and_prints_its_number()
    {
        ((float)(BFloat16)1.00390625f).Should().Be(1);
        ((float)(BFloat16)1.01171875f).Should().Be(1.015625f);
        (BFloat16.One + BFloat16.Epsilon).ToSingle().Should().Be(1.0078125f);
        BFloat16.IsNaN((BFloat16)float.NaN).Should().BeTrue();
        (BFloat16.NaN == new BFloat16(float.NaN)).Should().BeFalse();
        BFloat16.NaN.Equals(BFloat16.NaN).Should().BeTrue();
        (-BFloat16.MaxValue).Should().Be(BFloat16.MinValue);
        BFloat16.One.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture).Should().Be("1.0");
        BFloat16.One.CompareTo((object)BFloat16.Zero).Should().Be(1);
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Type_promotion_is_pytorchs(ScalarType dtype)
    {
        Tensor t = ones(2, dtype: dtype);
        (t + 1.5).dtype.Should().Be(dtype);
        (t + ones(2, dtype: int64)).dtype.Should().Be(dtype);
        (t + ones(2)).dtype.Should().Be(float32);
        (t + ones([], dtype: float64)).dtype.Should().Be(dtype);
        promote_types(ScalarType.Float16, ScalarType.BFloat16).Should().Be(float32);
        t.is_floating_point().Should().BeTrue();
        is_floating_point(dtype).Should().BeTrue();
    }

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void A_network_trains(ScalarType dtype)
    {
        manual_seed(3);
        using nn.Module<Tensor, Tensor> model = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding: 1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64, 8), nn.LayerNorm(8), nn.GELU(), nn.Linear(8, 3));
        model.to(dtype);
        model.parameters().Should().OnlyContain(p => p.dtype == dtype);
        optim.Optimizer optimizer = optim.SGD(model.parameters(), 0.1);
        Tensor x = randn([12, 1, 8, 8], dtype: dtype), y = randint(0, 3, [12], dtype: int64);
        float first = 0, last = 0;
        for (int step = 0; step < 25; step++)
        {
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.forward(x), y);
            loss.dtype.Should().Be(dtype);
            loss.backward();
            optimizer.step();
            last = loss.ToSingle();
            first = step == 0 ? last : first;
        }

        last.Should().BeLessThan(first * 0.6f);
    }

    [Fact]
    public void Attention_and_recurrent_layers_take_bfloat16()
    {
        manual_seed(4);
        Tensor q = randn([2, 2, 5, 4]), wide = nn.functional.scaled_dot_product_attention(q, q, q, is_casual: true);
        Tensor narrow = nn.functional.scaled_dot_product_attention(q.bfloat16(), q.bfloat16(), q.bfloat16(), is_casual: true);
        (narrow.@float() - wide).abs().max().ToSingle().Should().BeLessThan(0.05f);
        using var lstm = nn.LSTM(4, 6);
        Tensor input = randn([3, 2, 4]);
        Tensor expected = lstm.forward(input).Item1;
        lstm.bfloat16();
        (lstm.forward(input.bfloat16()).Item1.@float() - expected).abs().max().ToSingle().Should().BeLessThan(0.05f);
    }

    [Fact]
    public void The_precision_of_float32_products_never_falls()
    {
        manual_seed(6);
        Tensor a = randn([20, 30]), b = randn([30, 10]), exact = a.mm(b);
        get_float32_matmul_precision().Should().Be(Float32MatmulPrecision.highest);
        using (set_float32_matmul_precision(Float32MatmulPrecision.medium))
        {
            get_float32_matmul_precision().Should().Be(Float32MatmulPrecision.medium);
            a.mm(b).Equals(exact).Should().BeTrue();
        }

        get_float32_matmul_precision().Should().Be(Float32MatmulPrecision.highest);
    }

    [Fact]
    public void Files_keep_the_bits()
    {
        string path = Path.GetTempFileName();
        try
        {
            foreach (ScalarType dtype in new[] { ScalarType.Float16, ScalarType.BFloat16 })
            {
                Tensor t = randn([3, 4], dtype: dtype);
                t.Save(path);
                using (var reader = new BinaryReader(File.OpenRead(path)))
                {
                    Tensor loaded = TensorExtensionMethods.Load(reader);
                    loaded.dtype.Should().Be(dtype);
                    loaded.bytes.ToArray().Should().Equal(t.bytes.ToArray());
                }

                Safetensors.SaveStateDict(path, new Dictionary<string, Tensor> { ["t"] = t });
                Safetensors.LoadStateDict(path)["t"].bytes.ToArray().Should().Equal(t.bytes.ToArray());
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Text_shows_the_numbers()
    {
        Tensor t = tensor(new[] { 1.5f, -0.25f }).bfloat16();
        t.ToString(TorchSharp.TensorStringStyle.Numpy).Should().Be("[1.5, -0.25]");
        t.ToString(TorchSharp.TensorStringStyle.CSharp).Should().Contain("BFloat16 []").And.Contain("(BFloat16)1.5f");
        t.half().sum().item<Half>().Should().Be((Half)1.25);
    }

    [Fact]
    public void Limits_are_those_of_the_formats()
    {
        finfo(ScalarType.Float16).max.Should().Be((double)Half.MaxValue);
        finfo(ScalarType.BFloat16).max.Should().Be((double)BFloat16.MaxValue);
        finfo(ScalarType.BFloat16).eps.Should().Be((double)BFloat16.Epsilon);
        tensor(new[] { float.PositiveInfinity }).half().nan_to_num().item<Half>().Should().Be(Half.MaxValue);
    }
}
