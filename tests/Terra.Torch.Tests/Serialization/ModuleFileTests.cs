using System.Text;
using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.PyBridge;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.Serialization;

public sealed class ModuleFileTests
{
    private sealed class Net : Module<Tensor, Tensor>
    {
        private readonly BatchNorm1d norm = BatchNorm1d(2);
        private readonly Linear fc = Linear(2, 2, hasBias: false);

        public Net()
            : base(nameof(Net)) => RegisterComponents();

        public override Tensor forward(Tensor input) => fc.call(norm.call(input));
    }

    [Fact]
    public void A_saved_module_is_TorchSharps_file_byte_for_byte()
    {
        using var net = new Net();
        using var stream = new MemoryStream();
        net.save(stream).Should().BeSameAs(net);
        using var expected = new MemoryStream();
        using (var writer = new BinaryWriter(expected, Encoding.UTF8, true))
        {
            writer.Write((byte)6);
            Entry(writer, "norm.weight", 6, [2], 1f, 1f);
            Entry(writer, "norm.bias", 6, [2], 0f, 0f);
            Entry(writer, "fc.weight", 6, [2, 2], net.get_parameter("fc.weight")!.data<float>().ToArray());
            Entry(writer, "norm.running_mean", 6, [2], 0f, 0f);
            Entry(writer, "norm.running_var", 6, [2], 1f, 1f);
            Entry(writer, "norm.num_batches_tracked", 4, []);
            writer.Write(0L);
        }

        stream.ToArray().Should().Equal(expected.ToArray());

        static void Entry(BinaryWriter writer, string name, byte type, byte[] sizes, params float[] values)
        {
            writer.Write((byte)name.Length);
            writer.Write(Encoding.UTF8.GetBytes(name));
            writer.Write(type);
            writer.Write((byte)sizes.Length);
            writer.Write(sizes);
            foreach (float value in values)
            {
                writer.Write(value);
            }
        }
    }

    [Fact]
    public void Large_sizes_and_long_names_take_several_bytes()
    {
        string name = new('n', 200);
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, true))
        {
            Module.save_state_dict(writer, new Dictionary<string, Tensor> { [name] = zeros([300], ScalarType.Byte) });
        }

        byte[] bytes = stream.ToArray();
        bytes[..3].Should().Equal(1, 0xC8, 0x01);
        bytes[203..207].Should().Equal(0, 1, 0xAC, 0x02);
        bytes.Should().HaveCount(207 + 300);
    }

    [Fact]
    public void Loading_restores_values_by_name()
    {
        string file = Path.GetTempFileName();
        try
        {
            using var source = new Net();
            source.call(randn(4, 2));
            source.save(file);
            using var target = new Net();
            Dictionary<string, bool> loaded = [];
            target.load(file, loadedParameters: loaded).Should().BeSameAs(target);
            loaded.Should().HaveCount(6).And.OnlyContain(entry => entry.Value);
            foreach ((string key, Tensor value) in source.state_dict())
            {
                target.state_dict()[key].bytes.ToArray().Should().Equal(value.bytes.ToArray());
            }

            Module.Create<Net>(file).state_dict()["fc.weight"].bytes.ToArray().Should().Equal(source.state_dict()["fc.weight"].bytes.ToArray());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Loading_checks_names_and_shapes_if_strict_and_can_skip()
    {
        using var source = new Net();
        using var stream = new MemoryStream();
        source.save(stream, ["fc.weight"]);
        using var target = new Net();
        float[] weight = target.get_parameter("fc.weight")!.data<float>().ToArray();
        stream.Position = 0;
        target.Invoking(net => net.load(stream)).Should().Throw<ArgumentException>().WithMessage("*expected 6, but found 5*");
        stream.Position = 0;
        target.load(stream, strict: false);
        target.get_parameter("fc.weight")!.data<float>().ToArray().Should().Equal(weight);

        using Linear other = Linear(3, 2, hasBias: false);
        using var wrong = new MemoryStream();
        other.save(wrong);
        wrong.Position = 0;
        using Linear linear = Linear(2, 2, hasBias: false);
        linear.Invoking(module => module.load(wrong)).Should().Throw<ArgumentException>().WithMessage("*shape*");
        wrong.Position = 0;
        linear.load(wrong, skip: ["weight"]);
        wrong.Position.Should().Be(wrong.Length);
    }

    [Fact]
    public void Safetensors_round_trip_and_have_the_formats_layout()
    {
        var state = new Dictionary<string, Tensor>
        {
            ["b"] = tensor(new[] { true, false }),
            ["a"] = tensor(new[] { 1f, 2f, 3f, 4f }, [2, 2]),
            ["c"] = tensor(5L),
        };
        using var stream = new MemoryStream();
        Safetensors.SaveStateDict(stream, state);
        byte[] bytes = stream.ToArray();
        int header = BitConverter.ToInt32(bytes);
        (header % 8).Should().Be(0);
        Encoding.UTF8.GetString(bytes, 8, header).TrimEnd().Should().Be(
            """{"c":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]},"b":{"dtype":"BOOL","shape":[2],"data_offsets":[24,26]}}""");
        BitConverter.ToInt64(bytes, 8 + header).Should().Be(5);
        BitConverter.ToSingle(bytes, 8 + header + 20).Should().Be(4);

        stream.Position = 0;
        Dictionary<string, Tensor> read = Safetensors.LoadStateDict(stream);
        read.Should().HaveCount(3);
        read["a"].shape.Should().Equal(2, 2);
        read["a"].data<float>().ToArray().Should().Equal(1, 2, 3, 4);
        read["c"].item<long>().Should().Be(5);
        stream.Position = 0;
        Safetensors.LoadStateDict(stream, ["b"]).Keys.Should().Equal("b");
    }

    [Fact]
    public void Safetensors_of_another_writer_are_read()
    {
        // Metadata, keys in another order, no padding.
        byte[] header = Encoding.UTF8.GetBytes("""{"__metadata__":{"format":"pt"},"weight":{"data_offsets":[4,12],"dtype":"F32","shape":[1,2]},"bias":{"shape":[1],"dtype":"F32","data_offsets":[0,4]}}""");
        using var stream = new MemoryStream([.. BitConverter.GetBytes((long)header.Length), .. header, .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f), .. BitConverter.GetBytes(3f)]);
        using Linear linear = Linear(2, 1);
        Dictionary<string, bool> loaded = [];
        linear.load_safetensors(stream, loadedParameters: loaded);
        loaded.Keys.Should().BeEquivalentTo("weight", "bias");
        linear.bias!.data<float>().ToArray().Should().Equal(1);
        linear.weight.data<float>().ToArray().Should().Equal(2, 3);
    }

    [Fact]
    public void Damaged_safetensors_are_refused()
    {
        Action huge = () => Safetensors.LoadStateDict(new MemoryStream(BitConverter.GetBytes(long.MaxValue)));
        huge.Should().Throw<InvalidDataException>();
        Action text = () => Safetensors.LoadStateDict(new MemoryStream([4, 0, 0, 0, 0, 0, 0, 0, 65, 65, 65, 65]));
        text.Should().Throw<InvalidDataException>();
    }
}
