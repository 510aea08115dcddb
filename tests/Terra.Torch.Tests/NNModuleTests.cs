using FluentAssertions;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Torch.Tests;

public sealed class NNModuleTests
{
    private sealed class TwoLayers : Module<Tensor, Tensor>
    {
        public readonly Linear fc1 = Linear(3, 4);
        public readonly Linear fc2 = Linear(4, 2, hasBias: false);
        public readonly Tensor scale = ones(2);
        public readonly Parameter shift = Parameter(zeros(2));

        public TwoLayers()
            : base(nameof(TwoLayers)) => RegisterComponents();

        public override Tensor forward(Tensor input) => (fc2.call(fc1.call(input).relu()) * scale) + shift;
    }

    [Fact]
    public void Components_are_registered_under_their_field_names_own_ones_first()
    {
        using var model = new TwoLayers();
        model.named_parameters().Select(p => p.name).Should().Equal("shift", "fc1.weight", "fc1.bias", "fc2.weight");
        model.named_buffers().Select(b => b.name).Should().Equal("scale");
        model.named_children().Select(c => c.name).Should().Equal("fc1", "fc2");
        model.state_dict().Keys.Should().Equal("shift", "fc1.weight", "fc1.bias", "fc2.weight", "scale");
        model.get_parameter("fc1.bias").Should().BeSameAs(model.fc1.bias);
        model.has_parameter("fc2.bias").Should().BeFalse();
        model.get_buffer("scale").Should().BeSameAs(model.scale);
    }

    private class Hidden : Module<Tensor, Tensor>
    {
        private readonly Linear inner = Linear(2, 2);

        protected Hidden()
            : base(nameof(Hidden))
        {
        }

        public override Tensor forward(Tensor input) => inner.call(input);
    }

    private sealed class Derived : Hidden
    {
        private readonly Linear outer = Linear(2, 2);

        public Derived() => RegisterComponents();

        public override Tensor forward(Tensor input) => outer.call(base.forward(input));
    }

    [Fact]
    public void Private_fields_of_base_classes_are_registered_too()
    {
        using var model = new Derived();
        model.named_children().Select(child => child.name).Should().Equal("outer", "inner");
    }

    [Fact]
    public void Devices_that_are_not_there_are_refused()
    {
        using var model = new TwoLayers();
        model.Invoking(m => m.cuda()).Should().Throw<Exception>().WithMessage("*CUDA*");
        model.to(DeviceType.CPU).Should().BeSameAs(model);
        zeros(1).Invoking(t => t.cuda()).Should().Throw<Exception>().WithMessage("*CUDA*");
    }

    [Fact]
    public void A_parameter_shared_by_two_modules_is_listed_once()
    {
        using Linear first = Linear(3, 3);
        using Linear second = Linear(first.weight);
        using Sequential both = Sequential(("a", first), ("b", second));
        both.named_parameters().Select(p => p.name).Should().Equal("a.weight", "a.bias");
    }

    [Fact]
    public void Loading_a_state_dict_copies_values()
    {
        using var source = new TwoLayers();
        using var target = new TwoLayers();
        target.load_state_dict(source.state_dict());
        foreach ((string name, Parameter parameter) in source.named_parameters())
        {
            target.get_parameter(name)!.data<float>().ToArray().Should().Equal(parameter.data<float>().ToArray());
            target.get_parameter(name).Should().NotBeSameAs(parameter);
        }
    }

    [Fact]
    public void Loading_strictly_refuses_other_keys_and_copies_nothing()
    {
        using var model = new TwoLayers();
        float before = model.fc1.weight[0, 0].item<float>();
        Dictionary<string, Tensor> state = new TwoLayers().state_dict();
        state.Remove("shift");
        state["extra"] = zeros(1);
        Action load = () => model.load_state_dict(state);
        load.Should().Throw<InvalidOperationException>().WithMessage("*Missing: shift*Unexpected: extra*");
        model.fc1.weight[0, 0].item<float>().Should().Be(before);

        (IList<string> missing, IList<string> unexpected) = model.load_state_dict(state, strict: false);
        missing.Should().Equal("shift");
        unexpected.Should().Equal("extra");
    }

    [Fact]
    public void Training_mode_reaches_all_submodules()
    {
        using Sequential model = Sequential(Sequential(Dropout()), ReLU());
        model.eval();
        model.modules().Should().OnlyContain(module => !module.training);
        model.train();
        model.modules().Should().OnlyContain(module => module.training);
    }

    [Fact]
    public void Apply_visits_children_before_their_parent()
    {
        using Sequential model = Sequential(("a", ReLU()), ("b", Sequential(("c", Tanh()))));
        var visited = new List<string>();
        model.apply(module => visited.Add(module.GetName()));
        visited.Should().Equal("ReLU", "Tanh", "Sequential", "Sequential");
    }

    [Fact]
    public void Hooks_run_in_their_order_until_they_are_removed_and_null_changes_nothing()
    {
        using Linear layer = Linear(3, 3);
        init.constant_(layer.weight, 0.5);
        init.constant_(layer.bias!, 1);
        var log = new List<float>();
        layer.register_forward_pre_hook((_, x) => x * 2);
        layer.register_forward_pre_hook((_, x) => x + 1);
        layer.register_forward_pre_hook((_, _) => null!);
        var tenfold = layer.register_forward_hook((_, _, y) => y * 10);
        layer.register_forward_hook((_, _, _) => null!);
        layer.register_forward_hook((_, x, y) =>
        {
            log.Add(x.sum().item<float>());
            return y + 1;
        });
        Tensor input = tensor(new[] { 1f, 2, 3 });
        layer.call(input).data<float>().ToArray().Should().Equal(86, 86, 86);
        tenfold.remove();
        layer.call(input).data<float>().ToArray().Should().Equal(9.5f, 9.5f, 9.5f);
        tenfold.remove();
        layer.forward(input).data<float>().ToArray().Should().Equal(4, 4, 4);
        log.Should().Equal(15, 15);
    }

    [Fact]
    public void Hooks_see_and_replace_arguments_and_results()
    {
        using Linear layer = Linear(Parameter(eye(2)));
        using Tensor input = tensor(new[] { 1f, 2f }).view(1, 2);
        var calls = new List<string>();
        var pre = layer.register_forward_pre_hook((_, x) => x * 10);
        var post = layer.register_forward_hook((_, _, y) => y + 1);
        layer.register_forward_hook(module => calls.Add(module.GetName()));
        layer.call(input).data<float>().ToArray().Should().Equal(11f, 21f);
        pre.remove();
        post.remove();
        layer.call(input).data<float>().ToArray().Should().Equal(1f, 2f);
        calls.Should().Equal("Linear", "Linear");
    }

    [Fact]
    public void Zero_grad_forgets_or_clears()
    {
        using Linear layer = Linear(2, 1);
        layer.call(ones(1, 2)).sum().backward();
        layer.zero_grad(set_to_none: false);
        layer.weight.grad!.data<float>().ToArray().Should().OnlyContain(g => g == 0);
        layer.zero_grad();
        layer.weight.grad.Should().BeNull();
    }

    [Fact]
    public void Conversion_keeps_parameter_objects_and_integer_buffers()
    {
        using BatchNorm1d layer = BatchNorm1d(3);
        Parameter weight = layer.weight!;
        layer.to(ScalarType.Float64).Should().BeSameAs(layer);
        layer.weight.Should().BeSameAs(weight);
        weight.dtype.Should().Be(ScalarType.Float64);
        weight.requires_grad.Should().BeTrue();
        layer.running_mean!.dtype.Should().Be(ScalarType.Float64);
        layer.num_batches_tracked!.dtype.Should().Be(ScalarType.Int64);
        Action toInteger = () => layer.to(ScalarType.Int64);
        toInteger.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Parameters_outlive_the_dispose_scope_they_were_made_in()
    {
        TwoLayers model;
        using (NewDisposeScope())
        {
            model = new TwoLayers();
        }

        model.parameters().Should().OnlyContain(parameter => !parameter.IsInvalid);
        model.scale.IsInvalid.Should().BeFalse();
        model.Dispose();
        model.fc1.weight.IsInvalid.Should().BeTrue();
    }

    [Fact]
    public void Sequential_names_by_position_slices_and_disposes_what_lies_between()
    {
        using Sequential model = Sequential(Linear(2, 3), ReLU(), Linear(3, 1));
        model.state_dict().Keys.Should().Equal("0.weight", "0.bias", "2.weight", "2.bias");
        model[..2].Count.Should().Be(2);
        model[(1, null)].Count.Should().Be(2);
        Tensor? between = null;
        ((ReLU)model[1]).register_forward_hook((_, _, y) => between = y);
        using Tensor input = ones(1, 2);
        using Tensor output = model.call(input);
        between!.IsInvalid.Should().BeTrue();
        input.IsInvalid.Should().BeFalse();
        output.shape.Should().Equal(1L, 1L);
    }

    [Fact]
    public void Lists_and_dicts_of_modules_register_their_items()
    {
        using ModuleList<Linear> list = ModuleList(Linear(1, 1, hasBias: false), Linear(1, 2, hasBias: false));
        list.Insert(0, Linear(1, 3, hasBias: false));
        list.named_parameters().Select(p => (p.name, p.parameter.shape[0])).Should().Equal(("0.weight", 3L), ("1.weight", 1L), ("2.weight", 2L));
        list.RemoveAt(1);
        list.parameters().Should().HaveCount(2);

        using ModuleDict<Linear> dict = ModuleDict(("a", Linear(1, 1, hasBias: false)), ("b", Linear(1, 1, hasBias: false)));
        dict.named_parameters().Select(p => p.name).Should().Equal("a.weight", "b.weight");
        dict.Remove("a").Should().BeTrue();
        dict.keys().Should().Equal("b");
        dict.Invoking(d => d["a"]).Should().Throw<KeyNotFoundException>().WithMessage("*'a'*");
    }

    [Fact]
    public void A_parameterless_module_takes_no_components()
    {
        using ReLU relu = ReLU();
        relu.Invoking(m => m.register_parameter("p", Parameter(zeros(1)))).Should().Throw<InvalidOperationException>();
        relu.Invoking(m => m.register_buffer("b", zeros(1))).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Names_with_dots_and_taken_names_are_refused()
    {
        using Sequential model = Sequential(("a", ReLU()));
        model.Invoking(m => m.append("a", ReLU())).Should().Throw<ArgumentException>().WithMessage("*'a'*");
        model.Invoking(m => m.append("x.y", ReLU())).Should().Throw<ArgumentException>().WithMessage("*dot*");
    }
}
