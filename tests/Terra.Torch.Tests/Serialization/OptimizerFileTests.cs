using System.Text;
using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests.Serialization;

public sealed class OptimizerFileTests
{
    private static readonly Dictionary<string, Func<IEnumerable<Parameter>, OptimizerHelper>> s_optimizers = new()
    {
        ["Adam"] = parameters => optim.Adam(parameters, 0.1, amsgrad: true),
        ["AdamW"] = parameters => optim.AdamW(parameters, 0.1),
        ["SGD"] = parameters => optim.SGD(parameters, 0.1, 0.9),
        ["SGD without momentum"] = parameters => optim.SGD(parameters, 0.1),
        ["RMSProp"] = parameters => optim.RMSProp(parameters, 0.1, momentum: 0.9, centered: true),
        ["Adagrad"] = parameters => optim.Adagrad(parameters, 0.1),
        ["Adadelta"] = parameters => optim.Adadelta(parameters, 0.1),
        ["Adamax"] = parameters => optim.Adamax(parameters, 0.1),
        ["ASGD"] = parameters => optim.ASGD(parameters, 0.1, t0: 1),
        ["NAdam"] = parameters => optim.NAdam(parameters, 0.1),
        ["RAdam"] = parameters => optim.RAdam(parameters, 0.1),
        ["Rprop"] = parameters => optim.Rprop(parameters, 0.1),
    };

    public static TheoryData<string> Optimizers => [.. s_optimizers.Keys];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Training_goes_on_from_a_file_as_if_it_had_not_stopped(string name)
    {
        string weights = Path.GetTempFileName(), state = Path.GetTempFileName();
        try
        {
            using Linear model = Linear(3, 2);
            OptimizerHelper optimizer = s_optimizers[name](model.parameters());
            Steps(model, optimizer, 0, 3);
            model.save(weights);
            optimizer.save_state_dict(state);
            Steps(model, optimizer, 3, 3);

            using Linear resumed = Linear(3, 2);
            OptimizerHelper other = s_optimizers[name](resumed.parameters());
            resumed.load(weights);
            other.load_state_dict(state);
            Steps(resumed, other, 3, 3);
            resumed.weight.data<float>().ToArray().Should().Equal(model.weight.data<float>().ToArray());
        }
        finally
        {
            File.Delete(weights);
            File.Delete(state);
        }
    }

    [Fact]
    public void The_format_is_TorchSharps()
    {
        using Parameter parameter = nn.Parameter(ones(2));
        using SGD optimizer = optim.SGD([parameter], 0.1, 0.9, weight_decay: 0.5);
        parameter.grad = tensor(new[] { 1f, 2f });
        optimizer.step();
        using var stream = new MemoryStream();
        optimizer.save_state_dict(new BinaryWriter(stream));
        using var expected = new MemoryStream();
        var writer = new BinaryWriter(expected, Encoding.UTF8);
        writer.Write("SGD");
        writer.Write([1, 1]);
        Array.ForEach([0.1, 0.1, 0.9, 0, 0.5], writer.Write);
        writer.Write([0, 0]);
        writer.Write([1, 6, 1, 2]);
        writer.Write(1.5f);
        writer.Write(2.5f);
        stream.ToArray().Should().Equal(expected.ToArray());
    }

    [Fact]
    public void Files_of_other_optimizers_are_refused()
    {
        using Parameter parameter = nn.Parameter(ones(2));
        using var stream = new MemoryStream();
        optim.SGD([parameter], 0.1).save_state_dict(new BinaryWriter(stream));
        stream.Position = 0;
        Action kind = () => optim.Adam([parameter]).load_state_dict(new BinaryReader(stream));
        kind.Should().Throw<InvalidDataException>().WithMessage("*expected 'Adam', but found 'SGD'*");
        stream.Position = 0;
        using Parameter more = nn.Parameter(ones(2));
        Action count = () => optim.SGD([parameter, more], 0.1).load_state_dict(new BinaryReader(stream));
        count.Should().Throw<ArgumentException>();
    }

    private static void Steps(Linear model, OptimizerHelper optimizer, int from, int count)
    {
        for (int step = from; step < from + count; step++)
        {
            optimizer.zero_grad();
            model.call(full([2, 3], step + 0.5f)).square().sum().backward();
            optimizer.step();
        }
    }
}
