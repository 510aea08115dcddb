using Terra.Runtime.Ops;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Adagrad (Duchi et al., 2011).</summary>
    public class Adagrad : OptimizerHelper
    {
        public Adagrad(
            IEnumerable<Parameter> parameters,
            double lr = 0.01,
            double lr_decay = 0,
            double weight_decay = 0,
            double initial_accumulator_value = 0,
            double eps = 1e-10)
            : this([new ParamGroup { Parameters = parameters }], lr, lr_decay, weight_decay, initial_accumulator_value, eps)
        {
        }

        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public Adagrad(
            IEnumerable<ParamGroup> parameters,
            double lr = 0.01,
            double lr_decay = 0,
            double weight_decay = 0,
            double initial_accumulator_value = 0,
            double eps = 1e-10)
        {
            OptionRanges.NotNegative(
                "Adagrad",
                ("learning rate", lr),
                ("lr_decay", lr_decay),
                ("weight_decay", weight_decay),
                ("initial_accumulator_value", initial_accumulator_value),
                ("eps", eps));
            Defaults = new ParamGroup([], lr, lr_decay, weight_decay, initial_accumulator_value, eps).Options;
            AddGroups(parameters);
        }

        /// <inheritdoc/>
        public override void add_param_group(Modules.ParamGroup param_group) => base.add_param_group(param_group);

        /// <inheritdoc/>
        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                DisposeStates();
            }

            base.Dispose(disposing);
        }

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private void Update(ParamGroup group)
        {
            Options options = group.Options;
            foreach (StepBatch batch in StepBatch.Sort<State>(group.Parameters, StateOf, static state => ++state.step))
            {
                Aten._fused_adagrad_(
                    batch.Parameters,
                    batch.Gradients,
                    batch.State<State>(static state => state.sum),
                    batch.Stage,
                    options.LearningRate!.Value,
                    options.lr_decay!.Value,
                    options.weight_decay!.Value,
                    options.eps!.Value);
            }
        }

        /// <summary>The options of a group.</summary>
        public class Options : OptimizerOptions
        {
            public double? lr_decay;
            public double? initial_accumulator_value;
            public double? eps;
            public double? weight_decay;

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var other = (Options)source;
                (lr_decay, initial_accumulator_value) = (other.lr_decay, other.initial_accumulator_value);
                (eps, weight_decay) = (other.eps, other.weight_decay);
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                lr_decay = reader.ReadDouble();
                initial_accumulator_value = reader.ReadDouble();
                eps = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
            }

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(lr_decay!.Value);
                writer.Write(initial_accumulator_value!.Value);
                writer.Write(eps!.Value);
                writer.Write(weight_decay!.Value);
            }

            internal override void Complete(OptimizerOptions defaults)
            {
                base.Complete(defaults);
                var own = (Options)defaults;
                lr_decay ??= own.lr_decay;
                initial_accumulator_value ??= own.initial_accumulator_value;
                eps ??= own.eps;
                weight_decay ??= own.weight_decay;
            }
        }

        /// <summary>Parameters with options for Adagrad.</summary>
        public class ParamGroup : ParamGroup<Options>
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 0.01,
                double lr_decay = 0,
                double weight_decay = 0,
                double initial_accumulator_value = 0,
                double eps = 1e-10)
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr,
                        lr_decay = lr_decay,
                        weight_decay = weight_decay,
                        initial_accumulator_value = initial_accumulator_value,
                        eps = eps,
                    })
            {
            }
        }

        /// <summary>The squares of one parameter's gradients.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>How many steps were made.</summary>
            public long step;

            /// <summary>The sum of the gradients' squares.</summary>
            public Tensor sum = null!;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            /// <inheritdoc/>
            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                step = 0;
                using (no_grad())
                {
                    sum = full_like(Parameter, ((Options)options).initial_accumulator_value!.Value).DetachFromDisposeScope();
                }
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader)
            {
                step = reader.ReadInt64();
                sum.Load(reader);
            }

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer)
            {
                writer.Write(step);
                sum.Save(writer);
            }

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerState source)
            {
                var other = (State)source;
                step = other.step;
                sum = CopyOf(other.sum, sum)!;
            }

            /// <inheritdoc/>
            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State state && step == state.step && NearlyEqual(sum, state.sum);

            /// <inheritdoc/>
            public override void to(Device device) => base.to(device);

            public void Dispose() => sum?.Dispose();
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <inheritdoc cref="Modules.Adagrad"/>
            public static Adagrad Adagrad(
                IEnumerable<Parameter> parameters,
                double lr = 0.01,
                double lr_decay = 0,
                double weight_decay = 0,
                double initial_accumulator_value = 0,
                double eps = 1e-10) =>
                new(parameters, lr, lr_decay, weight_decay, initial_accumulator_value, eps);

            /// <inheritdoc cref="Modules.Adagrad"/>
            public static Adagrad Adagrad(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 0.01,
                double lr_decay = 0,
                double weight_decay = 0,
                double initial_accumulator_value = 0,
                double eps = 1e-10) =>
                new(parameters.Select(static entry => entry.parameter), lr, lr_decay, weight_decay, initial_accumulator_value, eps);

            /// <inheritdoc cref="Modules.Adagrad"/>
            public static Adagrad Adagrad(
                IEnumerable<Adagrad.ParamGroup> parameters,
                double lr = 0.01,
                double lr_decay = 0,
                double weight_decay = 0,
                double initial_accumulator_value = 0,
                double eps = 1e-10) =>
                new(parameters, lr, lr_decay, weight_decay, initial_accumulator_value, eps);
        }
    }
}
