"""One danger within a calm call, however it is told: the calm around it outweighs nothing.

The calls were invented for this. Of the first forty that nobody had written a phrase for, 14 were offered
where dispatch had asked every question and heard "no"; their phrases came after. So it is a list of what
must not be lost again, and no measure of what else is missed.
"""

from dataclasses import replace

import pytest

from app.triage.rules import Decision
from app.triage.signs import Answer, Relation, Wish
from tests.support.screening import SAFE, screen

NOT_ASKED = replace(
    SAFE,
    weapons=Answer.NOT_ASKED,
    injuries=Answer.NOT_ASKED,
    threats=Answer.NOT_ASKED,
    relation=Relation.NOT_ASKED,
    wish=Wish.UNKNOWN,
)
DANGERS = """
He just walked up with a machete and is yelling at everyone.
My neighbor is on the roof saying goodbye to everybody.
She stopped moving and her lips are blue.
There is smoke coming out of the window.
He pushed me down the stairs an hour ago.
She swallowed the whole bottle.
The baby is in the car with the windows up.
He said if I call again I will not wake up tomorrow.
They are circling the block with their hands in their waistbands.
I can hear her crying and things breaking.
He follows me home every night.
He locked her in the bathroom and took her phone.
My son says he wants to be dead.
He has my brother in a headlock.
The dog is tearing at a child.
He poured gasoline on the porch.
She is bleeding through the towel.
He put his hands around my throat last night.
He grabbed her by the hair and dragged her inside.
She is nine months pregnant and water broke.
He showed me the handle under his shirt.
He threatened to come back with his homies.
They jumped my cousin behind the store.
He is swinging a bat at cars.
The old man fell and cannot get up.
He is trying to break down the door.
I think he is going to do something bad tonight.
He keeps reaching under the seat.
He said I should say my prayers.
Me dijo que me iba a arrepentir.
Trae algo debajo de la chamarra.
Se tomo todas las pastillas.
La senora no despierta.
Esta aventando piedras a los carros.
Lo tiene amarrado en el cuarto.
Huele a gas en todo el pasillo.
Me jalo del pelo y me tiro al piso.
Dice que se va a matar.
El nino esta solo llorando y no hay nadie.
La traen siguiendo dos hombres.
He is foaming at the mouth.
She can't breathe right.
He hit her with the car.
He lit the trash can on fire.
Two guys are fighting in the street.
He spit on me and swung at me.
She took a swing at him.
He exposed himself to the kids.
She says her boyfriend won't let her leave.
He won't let her leave the house.
He cut himself on purpose.
There is a body in the alley.
He's got something in his hand, looks like a blade.
He punched through the window.
They broke into my garage right now.
He is passed out behind the wheel.
He's been drinking and has the kids in the car.
She left the toddler alone all night.
He touched my daughter.
He keeps saying the voices tell him to hurt people.
He came back with a tire iron and is banging on the gate.
She has not gotten up since she hit her head.
My uncle is holding a lighter to the curtains.
He tied the dog and the boy to the fence.
The kid has bruises all over and flinches.
He is choking on something.
She is shaking and burning up and does not know her name.
He rammed his truck into the garage.
He keeps driving by slow and staring.
Somebody is screaming for help in unit 4.
He has been hiding in her closet.
He told the kids he has a surprise that goes bang.
She took all of grandma's heart medicine.
He is standing on the freeway railing.
He said tonight is the night he ends it.
They ripped her necklace off and ran.
He is holding the door shut so she cannot get out.
Her eye is swollen shut from what he did.
He was beating the dog and then turned on her.
There is a man with no pulse on the sidewalk.
He smashed a bottle and is pointing it at people.
He is bashing his head on the wall.
He keeps loading and unloading something in the truck.
He pinned her to the wall by her neck.
Le esta apretando el cuello.
Se encerro con el gas abierto.
Ya no quiere seguir viviendo.
Le rompio la nariz.
Trae sangre en las manos.
Lo atropello con la troca.
Dice que trae un regalito en la cintura.
Los ninos estan encerrados en el carro.
Se cayo de la escalera y no reacciona.
Quiere prender el cuarto.
Anda aventando botellas a la gente.
Le quito el telefono y no la deja salir.
They are stomping him in the parking lot.
He has her by the throat.
Blood is running down his face.
He is waving something shiny and lunging.
"""


@pytest.mark.parametrize("danger", DANGERS.strip().split("\n"))
def test_one_danger_in_a_calm_call_is_never_offered(danger: str) -> None:
    for signs in (SAFE, NOT_ASKED):
        told = replace(signs, narrative=f"{signs.narrative} {danger}")
        assert screen(told).decision is not Decision.OFFER


def test_the_calm_call_alone_is_offered() -> None:
    assert screen(SAFE).decision is screen(NOT_ASKED).decision is Decision.OFFER
